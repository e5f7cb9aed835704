"""What is counted while the bot runs, for /metrics; one registry a process, made by its root."""

from __future__ import annotations

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Discord waits three seconds for an answer or the promise of one (docs: Receiving and Responding).
_ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The instruments; their help texts say what each counts. Labels take few values each."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.posts = self._counter("posts", "Papers posted for the first time")
        self.steps = self._counter("steps", "Steps of deliveries by how they ended", "step", "end")
        self.retries = self._counter("retries", "Steps tried again: the outcome was unsure", "step")
        self.held_back = self._counter(
            "post_wait_seconds", "Seconds that rate limits held posts back, Discord's and ours"
        )
        self.budget_wait = self._counter(
            "budget_wait_seconds", "Seconds that requests waited for their turn in our budget"
        )
        self.rate_limited = self._counter("rate_limited", "Discord's 429 answers", "scope")
        self.answers = self._counter("answers", "Questions by what became of them", "outcome")
        # There from the beginning: a rate says nothing of what a counter begins with.
        for outcome in ("answered", "abstained"):
            self.answers.labels(outcome)
        for scope in ("user", "global", "shared", "unknown"):
            self.rate_limited.labels(scope)
        self.seed_errors = self._counter("ingest_errors", "Seed files found that cannot be read")
        self.papers = self._counter("ingested_papers", "Papers read from seed files", "change")
        self.commands = self._histogram(
            "command_seconds",
            "Seconds that a command took, by its name and how it ended",
            *("command", "end"),
        )
        self.broken_seeds = self._gauge("broken_seeds", "Seed files that cannot be read now")
        self.backup_failing = self._gauge(
            "backup_failing", "1 where the last daily copy could not be made, else 0"
        )
        self.subscriptions = self._gauge("subscriptions", "Subscribed channels", "state")
        self.loop_lag = self._gauge("event_loop_lag_seconds", "How late the event loop is")
        self.gateway_latency = self._gauge("gateway_latency_seconds", "A heartbeat's round trip")
        ProcessCollector(registry=self.registry)

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"digest_bot_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"digest_bot_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, *labels: str) -> Histogram:
        name, buckets = f"digest_bot_{name}", _ANSWER_SECONDS
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)
