"""How well a model tells digits from things that are none, and what that costs.

    python -m benchmarks.refusal [RUN_OR_MODEL]

Digits: mnist:test. No digits: Omniglot's alphabets, brought to digit images as any photographed digit is, and
Fashion-MNIST's test images as they are. Latin letters are left out: the shipped model has seen some of them.
Appends one JSON line for each group to benchmarks/results/refusal.jsonl.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.records import RESULTS, RefusalRow, append_row, now, one_line_errors, origin
from numpy.typing import NDArray

from inkdigits.data import load_digit_set
from inkdigits.data.letters import load_letters
from inkdigits.data.sources import find_file
from inkdigits.evaluation.metrics import auroc
from inkdigits.evaluation.metrics import measure as measure_answers
from inkdigits.images import normalize_digit
from inkdigits.model import Answers, Recognizer

_FASHION = Path("not_digits") / "fashion900.npz"

ALPHABETS = ("Balinese", "Early_Aramaic", "Greek", "Korean")
THRESHOLD = 0.01
"""Confidence below which an answer is refused: costs the shipped model 0.07 points on its validation part."""


def main() -> None:
    """Reads the arguments, scores, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "model", nargs="?", type=Path, help="a run folder or a model (default: the shipped one)"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON lines")
    options = parser.parse_args()
    for row in measure(Recognizer.load(options.model)):
        append_row(options.results, "refusal", row)
        print(f"{row.group}: AUROC {row.auroc:.4f}, refused {row.refused:.1%} of {row.images:,}")
    print(f"accuracy {row.accuracy:.2%}, if refusing below {row.threshold} {row.accuracy_if_refusing:.2%}")


def measure(recognizer: Recognizer) -> list[RefusalRow]:
    """Gives a row for each group."""
    digits = load_digit_set("mnist:test")
    answers = recognizer.answer(digits.images)
    score, confidence = measure_answers(answers.probabilities, digits.true_labels), _confidence(answers)
    right = answers.probabilities.argmax(axis=1) == digits.true_labels
    made: dict[str, Any] = {"session": now(), "model": recognizer.card.name} | origin()
    rows = []
    for group, images in _groups().items():
        others = _confidence(recognizer.answer(images))
        rows.append(
            RefusalRow(
                digits=len(digits),
                accuracy=score.accuracy,
                calibration_error=score.calibration_error,
                threshold=THRESHOLD,
                accuracy_if_refusing=float((right & (confidence >= THRESHOLD)).mean()),
                group=group,
                images=len(images),
                auroc=auroc(confidence, others),
                refused=float((others < THRESHOLD).mean()),
                **made,
            )
        )
    return rows


def _confidence(answers: Answers) -> NDArray[np.float32]:
    """Gives the rule by which things are refused: there is a digit, and it is the one answered."""
    return np.asarray(answers.digit * answers.probabilities.max(axis=1), dtype=np.float32)


def _groups() -> dict[str, NDArray[np.uint8]]:
    letters = np.stack([normalize_digit(one) for alphabet in ALPHABETS for one in load_letters(alphabet)])
    path = find_file(_FASHION, "clothes")
    with np.load(path, allow_pickle=False) as file:
        clothes = file["images"]
    return {"letters": letters, "clothes": clothes, "both": np.concatenate([letters, clothes])}


if __name__ == "__main__":
    with one_line_errors():
        main()
