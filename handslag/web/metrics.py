"""Figures for whoever watches over the server: the only module that imports prometheus_client. They name no person.

What has to do with work is read from the database, so that any process can tell it; requests are counted in this process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from engine.ports import Tx
from handslag.wiring import House
from storage import health_reads, outbox_reads, reads

CASES_KEPT = timedelta(seconds=60)  # counting them reads every case
KIND = "text/plain; version=0.0.4; charset=utf-8"
Places = Mapping[tuple[str, str], int]


class Figures:
    """The figures of one application."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "handslag_requests", "Requests by route and status.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram("handslag_request_seconds", "How long a request took.", ["route"], registry=self._registry)
        self._registry.register(self)
        self._cases: tuple[datetime, Places] | None = None

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request under the template of its route, never under the address that was asked for."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)

    def describe(self) -> Iterator[Metric]:
        """Tell the registry nothing beforehand, so that it does not ask the database when it is made."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read the figures of work from the database."""
        now = self._house.clock.now()
        kept = self._cases
        if kept is None or not timedelta(0) <= now - kept[0] < CASES_KEPT:  # the clock of a demonstration may go back
            self._cases = kept = now, self._house.store.read(_cases)
        cases = GaugeMetricFamily("handslag_cases", "Cases by programme and phase.", labels=["programme", "phase"])
        for place, number in kept[1].items():
            cases.add_metric(list(place), number)
        yield cases
        yield from self._house.store.read(lambda tx: list(_work(tx, now)))


def _cases(tx: Tx) -> Places:
    held: dict[tuple[str, str], int] = {}
    for count in reads.counts(tx):
        held[count.programme, count.phase] = held.get((count.programme, count.phase), 0) + count.cases
    return held


def _work(tx: Tx, now: datetime) -> Iterator[Metric]:
    mails = GaugeMetricFamily("handslag_messages", "Mails in the outbox by state.", labels=["state"])
    for line in outbox_reads.message_counts(tx):
        mails.add_metric([line.state], line.messages)
    stuck = GaugeMetricFamily("handslag_undone", "Work whose time has come and that nobody has done yet.", labels=["what"])
    for what, number in health_reads.stuck(tx, now)._asdict().items():
        stuck.add_metric([what], number)
    seen = GaugeMetricFamily("handslag_worker_seen_seconds_ago", "Since a worker's last sign of life.", labels=["worker"])
    for worker in outbox_reads.workers(tx):
        seen.add_metric([worker.name], (now - worker.seen_at).total_seconds())
    yield from (mails, stuck, seen)
