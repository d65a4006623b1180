"""`inkdigits evaluate` and `inkdigits submit`: neither loads Keras or torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from inkdigits.cli.console import err, out
from inkdigits.data import DigitSet, load_digit_set
from inkdigits.data.sources import lasting_name
from inkdigits.evaluation.evaluate import Evaluation
from inkdigits.evaluation.evaluate import evaluate as evaluate_model
from inkdigits.evaluation.submission import check_no_leak, submission_csv
from inkdigits.files import write_text
from inkdigits.model import Recognizer, load_artifact, load_seen
from inkdigits.records import to_plain
from inkdigits.report.run_folder import save_evaluation
from inkdigits.report.run_records import EvaluationFacts
from inkdigits.report.words import percent

KAGGLE_TEST = "kaggle:test"
"""What a submission is of, where nothing else is said."""

_Model = Annotated[
    Path, typer.Argument(help="A run's folder, or an ONNX file of ours.", metavar="RUN|MODEL.onnx")
]


def evaluate(
    model: _Model,
    data: Annotated[str, typer.Option(help="Digit set: a name or a path.")],
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Leave out images that the model was trained on.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole score as JSON.")] = False,
) -> None:
    """Score a model on a labelled set, every image counted.

    The score of a run is kept in its folder, for its report.
    """
    artifact = load_artifact(model)
    digit_set = load_digit_set(data)
    evaluation = evaluate_model(Recognizer(artifact), digit_set, load_seen(artifact), unseen_only=unseen)
    facts = _facts(data, evaluation)
    try:
        if model.is_dir():
            save_evaluation(model, facts)  # first: whoever reads along may stop before the end
    finally:
        if as_json:
            out.print_json(json.dumps(to_plain(facts)))
        else:
            _tell(facts, len(digit_set))


def submit(
    model: _Model,
    output: Annotated[Path, typer.Option("--output", "-o", help="The CSV file to write.")],
    data: Annotated[str, typer.Option(help="A set without labels; `kaggle` means `kaggle:test`.")] = "kaggle",
    allow_leak: Annotated[
        bool,
        typer.Option("--allow-leak", help="Even if the model has seen the images it would be scored on."),
    ] = False,
) -> None:
    """Write a submission as Kaggle takes it: ImageId,Label."""
    write_submission(model, load_digit_set(KAGGLE_TEST if data == "kaggle" else data), output, allow_leak)


def write_submission(model: Path, digit_set: DigitSet, output: Path, allow_leak: bool = False) -> None:
    """Writes a model's submission and says so."""
    artifact = load_artifact(model)
    if not allow_leak:
        check_no_leak(artifact.card.data, load_seen(artifact), digit_set)
    write_text(output, submission_csv(Recognizer(artifact), digit_set))
    out.print(f"{output}: {len(digit_set):,} rows")


def _facts(data: str, evaluation: Evaluation) -> EvaluationFacts:
    return EvaluationFacts(
        data=lasting_name(data),
        fingerprint=evaluation.digit_set.fingerprint,
        seen=evaluation.seen,
        left_out=evaluation.left_out,
        seconds=evaluation.seconds,
        metrics=evaluation.metrics,
    )


def _tell(facts: EvaluationFacts, given: int) -> None:
    metrics = facts.metrics
    out.print(f"{facts.data}: {metrics.correct:,} of {metrics.images:,} right", style="bold")
    out.print(
        f"accuracy {percent(metrics.accuracy, 3)}"
        f" (95 %: {percent(metrics.accuracy_low)} to {percent(metrics.accuracy_high)})"
    )
    out.print(f"log loss {metrics.log_loss:.4f}, calibration error {percent(metrics.calibration_error)}")
    out.print(f"seen in training: {facts.seen:,} of {given:,}{', left out' if facts.left_out else ''}")
    table = Table("digit", "images", "precision", "recall", box=None, pad_edge=False)
    for column in table.columns:
        column.justify = "right"
    for digit in metrics.per_digit:
        table.add_row(str(digit.digit), f"{digit.count:,}", percent(digit.precision), percent(digit.recall))
    out.print(table)
    out.print(f"{facts.seconds:.1f} s through ONNX Runtime")
    if facts.seen and not facts.left_out:
        err.print("the model has seen some of these images; --unseen leaves them out", style="yellow")
