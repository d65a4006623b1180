"""The parts that answer requests, made once for an app.

Knows nothing about HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

from inkdigits.reading import Models, Reader
from inkdigits.serving.allowance import Allowance
from inkdigits.serving.arrivals import Arrivals
from inkdigits.serving.desk import CorrectionDesk
from inkdigits.serving.engine import Engine
from inkdigits.serving.metrics import Metrics
from inkdigits.serving.settings import Settings


@dataclass(frozen=True)
class Service:
    """The parts.

    Attributes:
        settings: What was chosen.
        arrivals: Bodies on their way.
        engine: Threads that read.
        desk: Takes corrections.
        allowance: How often somebody may correct.
        metrics: Counts.
        reader: Reads.
        models: What the reader's models say of themselves.
    """

    settings: Settings
    arrivals: Arrivals
    engine: Engine
    desk: CorrectionDesk
    allowance: Allowance
    metrics: Metrics
    reader: Reader
    models: Models


def make_service(settings: Settings) -> Service:
    """Gives the parts for an app; the models are loaded, no thread runs yet.

    Raises:
        ArtifactError: If a model can't be loaded.
        StoreUnavailable: If the database is given by no URL that we read.
    """
    reader = Reader.load(line_reader=settings.line_reader, recognizer=settings.recognizer)
    metrics = Metrics()
    engine = Engine(settings.workers, settings.queue, reader, metrics)
    arrivals = Arrivals()
    metrics.count_by(lambda: engine.taken, lambda: arrivals.count)
    desk = CorrectionDesk(settings.database)
    allowance = Allowance(settings.corrections_per_minute)
    return Service(settings, arrivals, engine, desk, allowance, metrics, reader, reader.models)
