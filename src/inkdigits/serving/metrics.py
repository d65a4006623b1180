"""What is counted for Prometheus: requests, time, what waits, abstentions, confidence.

Knows nothing about what is read.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    platform_collector,
    process_collector,
)

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_CONFIDENCES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1)
_TOGETHER = (1, 2, 4, 8, 16, 32)


class Metrics:
    """The figures of one service."""

    def __init__(self) -> None:
        """Makes figures that stand at zero."""
        self._registry = registry = CollectorRegistry()
        process_collector.ProcessCollector(registry=registry)
        platform_collector.PlatformCollector(registry=registry)
        self._requests = Counter(
            "inkdigits_requests", "Requests answered", ("route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "inkdigits_request_seconds",
            "From a request's head to its answer",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._taken = Gauge(
            "inkdigits_requests_taken", "Requests taken and not answered yet", registry=registry
        )
        self._arriving = Gauge(
            "inkdigits_requests_arriving", "Requests whose body is on its way", registry=registry
        )
        self._abstentions = Counter(
            "inkdigits_abstentions",
            "Answers that were empty or not sure enough",
            ("route",),
            registry=registry,
        )
        self._confidence = Histogram(
            "inkdigits_confidence",
            "Confidence of lines read and digits recognized",
            ("route",),
            buckets=_CONFIDENCES,
            registry=registry,
        )
        self.batch = Histogram(
            "inkdigits_batch_digits",
            "Single digits answered in one call of the recognizer",
            buckets=_TOGETHER,
            registry=registry,
        )

    def count_by(self, taken: Callable[[], float], arriving: Callable[[], float]) -> None:
        """Says how to find out how many requests are taken, and how many are still arriving."""
        self._taken.set_function(taken)
        self._arriving.set_function(arriving)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Counts a request that was answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, route: str, confidences: list[float], accepted: bool) -> None:
        """Counts what was read: the confidence of each line, and whether all of it was sure enough."""
        for confidence in confidences:
            self._confidence.labels(route).observe(confidence)
        if not accepted:
            self._abstentions.labels(route).inc()

    def text(self) -> bytes:
        """Gives all figures in Prometheus' text format."""
        return generate_latest(self._registry)
