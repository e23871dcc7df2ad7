"""The environment is checked before anything is done."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal

import pytest
from vdi_operator import settings
from vdi_operator.settings import IngressKind, Settings, SettingsError


def test_nothing_set_gives_the_documented_defaults() -> None:
    """An empty environment is a usable one."""
    assert settings.from_environment({}) == Settings(
        domain="vdi.example.com",
        public_port=443,
        tls_secret=None,
        ingress_kind=IngressKind.INGRESS,
        ingress_class=None,
        gpu_resource="nvidia.com/gpu",
        storage_class=None,
        turn_url="",
        start_deadline=60.0,
        request_ratio=Decimal(1),
        watch_namespaces=(),
        metrics_port=8081,
    )


def test_every_variable_is_read() -> None:
    """Each variable reaches its setting."""
    read = settings.from_environment(
        {
            "VDI_DOMAIN": "vdi.test",
            "PUBLIC_PORT": "8443",
            "TLS_SECRET": "wildcard",
            "INGRESS_KIND": "ingressroute",
            "INGRESS_CLASS": "fast",
            "GPU_RESOURCE": "",
            "STORAGE_CLASS": "ssd",
            "TURN_URL": "turn:10.0.0.1:3478",
            "START_DEADLINE": "1m30s",
            "REQUEST_RATIO": "0.02",
            "WATCH_NAMESPACES": "a, b",
            "METRICS_PORT": "9000",
        }
    )

    assert read == Settings(
        domain="vdi.test",
        public_port=8443,
        tls_secret="wildcard",
        ingress_kind=IngressKind.INGRESS_ROUTE,
        ingress_class="fast",
        gpu_resource=None,
        storage_class="ssd",
        turn_url="turn:10.0.0.1:3478",
        start_deadline=90.0,
        request_ratio=Decimal("0.02"),
        watch_namespaces=("a", "b"),
        metrics_port=9000,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VDI_DOMAIN", "Not A Domain"),
        ("PUBLIC_PORT", "0"),
        ("INGRESS_KIND", "gateway"),
        ("START_DEADLINE", "0"),
        ("REQUEST_RATIO", "1.5"),
        ("REQUEST_RATIO", "nan"),
        ("WATCH_NAMESPACES", "team-*"),
        ("METRICS_PORT", "http"),
    ],
)
def test_unusable_value_is_refused_with_its_name_and_value(name: str, value: str) -> None:
    """The message says which variable, what it holds and what to give."""
    with pytest.raises(SettingsError, match=f"{name}={value!r}: .*".replace("*'", r"\*'")):
        settings.from_environment({name: value})


def test_all_unusable_values_are_named_at_once() -> None:
    """Nobody has to start the operator once per mistake."""
    with pytest.raises(SettingsError) as refusal:
        settings.from_environment({"PUBLIC_PORT": "x", "METRICS_PORT": "y"})

    assert [line.split("=")[0] for line in str(refusal.value).splitlines()] == ["PUBLIC_PORT", "METRICS_PORT"]


def test_operator_exits_with_two_on_unusable_settings() -> None:
    """A wrong environment ends the process before it touches a cluster."""
    ended = subprocess.run(
        [sys.executable, "-m", "vdi_operator"],
        env={**os.environ, "REQUEST_RATIO": "2"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, "REQUEST_RATIO='2'" in ended.stderr) == (2, True)
