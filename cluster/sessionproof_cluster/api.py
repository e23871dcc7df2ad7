"""A small client of the API server: the few requests that raising and judging a cluster takes."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sessionproof_cluster import errors

PORT = 6443


@dataclass
class Api:
    """The API server of one cluster, asked as its administrator. One thread at a time."""

    host: str
    pki: Path
    timeout: float = 10.0
    """Seconds for one request."""
    _connection: http.client.HTTPSConnection | None = field(default=None, repr=False)

    def _connect(self) -> http.client.HTTPSConnection:
        if self._connection is None:
            context = ssl.create_default_context(cafile=str(self.pki / "ca.crt"))
            context.load_cert_chain(self.pki / "admin.crt", self.pki / "admin.key")
            self._connection = http.client.HTTPSConnection(
                self.host, PORT, timeout=self.timeout, context=context
            )
        return self._connection

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def request(
        self, method: str, path: str, body: object = None, content_type: str = "application/json"
    ) -> Any:
        """
        One request; the answer parsed if it is JSON.

        :raises Refused: the server answered with an error.
        :raises OSError: it did not answer.
        """
        connection = self._connect()
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": content_type})
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionError(f"API server {self.host}: {error}") from error
        if answer.status >= 400:
            try:
                message = str(json.loads(text).get("message", text))
            except ValueError:
                message = text
            raise errors.Refused(method, path, answer.status, message)
        is_json = answer.headers.get_content_type() == "application/json"
        return json.loads(text) if is_json else text

    def ready(self) -> bool:
        """Whether the API server says that it is ready."""
        try:
            self.request("GET", "/readyz")
        except (errors.Refused, OSError):
            return False
        return True

    def apply(self, path: str, manifest: dict[str, Any]) -> None:
        """Server-side apply of *manifest* at the collection *path*."""
        name = manifest["metadata"]["name"]
        where = f"{path}/{name}?fieldManager=sessionproof&force=true"
        self.request("PATCH", where, manifest, "application/apply-patch+yaml")

    def nodes_ready(self) -> dict[str, bool]:
        """Whether each node is Ready, by name."""
        return {
            item["metadata"]["name"]: any(
                condition["type"] == "Ready" and condition["status"] == "True"
                for condition in item.get("status", {}).get("conditions", [])
            )
            for item in self.request("GET", "/api/v1/nodes?resourceVersion=0")["items"]
        }
