"""What the operator measures about itself, and the port it is read from."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import prometheus_client
from aiohttp import web
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from vdi_operator.sessions import Phase

STUCK_AFTER = 60.0
"""Seconds after which a reconcile counts as stuck; each of its requests is given up after 10 s."""

_MINUTES_TO_DAYS = (60, 300, 900, 1800, 3600, 7200, 14400, 28800, 57600, 86400)
_MILLISECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts and clocks, in a registry of their own."""

    def __init__(self, phases: Callable[[], Iterable[Phase]]) -> None:
        """:param phases: gives the phase of every session there is, at the time of asking."""
        self.registry = prometheus_client.CollectorRegistry()
        self.registry.register(_Sessions(phases))
        self.session_duration = prometheus_client.Histogram(
            "vdi_session_duration_seconds",
            "First Running to gone.",
            ["template"],
            buckets=(1, 10, *_MINUTES_TO_DAYS),
            registry=self.registry,
        )
        self._reconcile_duration = prometheus_client.Histogram(
            "vdi_reconcile_duration_seconds",
            "Time of one reconcile of one session.",
            buckets=_MILLISECONDS,
            registry=self.registry,
        )
        self._running: dict[object, float] = {}

    @contextmanager
    def reconciling(self) -> Iterator[None]:
        """Time a reconcile, and know meanwhile that it is running."""
        token, started = object(), time.monotonic()
        self._running[token] = started
        try:
            yield
        finally:
            del self._running[token]
            self._reconcile_duration.observe(time.monotonic() - started)

    def longest_running(self) -> float:
        """How many seconds the oldest unfinished reconcile has been running; 0 if there is none."""
        return time.monotonic() - min(self._running.values(), default=time.monotonic())


async def serve(metrics: Metrics, port: int) -> web.AppRunner:
    """
    Serve ``/metrics`` and ``/healthz`` on the operator's own event loop.

    Whatever blocks the loop therefore fails the probe too. An unreachable API server does not: a restart
    would not bring it back. The caller ends the service by the runner's ``cleanup``.
    """

    async def exposition(_: web.Request) -> web.Response:
        text = prometheus_client.generate_latest(metrics.registry)
        return web.Response(body=text, headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST})

    async def health(_: web.Request) -> web.Response:
        age = metrics.longest_running()
        if age > STUCK_AFTER:
            return web.Response(status=503, text=f"a reconcile has been running for {age:.0f} s\n")
        return web.Response(text="ok\n")

    application = web.Application()
    application.add_routes([web.get("/metrics", exposition), web.get("/healthz", health)])
    runner = web.AppRunner(application, handle_signals=False, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, None, port).start()
    return runner


class _Sessions(Collector):
    def __init__(self, phases: Callable[[], Iterable[Phase]]) -> None:
        self._phases = phases

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("vdi_sessions_total", "Sessions by phase.", labels=["phase"])
        counts = Counter(self._phases())
        for phase in Phase:
            if phase is not Phase.NEW:
                gauge.add_metric([phase.value], counts[phase])
        yield gauge
