"""The reference desktop's door over TLS; arguments: certificate, key, port, upstream, password."""

from __future__ import annotations

import ssl
import sys

from aiohttp import web
from vdi_desktop.access import Access
from vdi_desktop.gate import Gate
from yarl import URL


async def healthy() -> dict[str, bool]:
    return {"stream": True}


def main(certificate: str, key: str, port: str, upstream: str, password: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    gate = Gate(Access("user", password), URL(upstream), healthy)
    web.run_app(gate.application(), host="127.0.0.1", port=int(port), ssl_context=context, print=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
