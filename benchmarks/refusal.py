"""How well a model tells digits from things that are none, and what that costs.

    python benchmarks/refusal.py [RUN_OR_MODEL]

Digits: mnist:test. No digits: Omniglot's alphabets, brought to digit images as any photographed digit is, and
Fashion-MNIST's test images as they are. Latin letters are left out: the shipped model has seen some of them.
Appends one JSON line to benchmarks/results/refusal.jsonl.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.data import load_digit_set
from inkdigits.data.letters import load_letters
from inkdigits.data.sources import search_folders
from inkdigits.evaluation.metrics import auroc
from inkdigits.images import normalize_digit
from inkdigits.model import Answers, Recognizer

ALPHABETS = ("Balinese", "Early_Aramaic", "Greek", "Korean")
THRESHOLD = 0.5


def main() -> None:
    """Reads the arguments, scores, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "model", nargs="?", type=Path, help="a run folder or a model (default: the shipped one)"
    )
    options = parser.parse_args()
    recognizer = Recognizer.load(options.model) if options.model else Recognizer.load()
    digits = load_digit_set("mnist:test")
    answers = recognizer.answer(digits.images)
    confidence = _confidence(answers)
    right = answers.probabilities.argmax(axis=1) == digits.true_labels
    row: dict[str, Any] = {
        "benchmark": "refusal",
        "model": recognizer.card.name,
        "accuracy": float(right.mean()),
    }
    row["accuracy_if_refusing"] = float((right & (confidence >= THRESHOLD)).mean())
    row["digits_refused"] = float((confidence < THRESHOLD).mean())
    for name, images in _no_digits().items():
        digit = _confidence(recognizer.answer(images))
        row[f"auroc_{name}"] = auroc(confidence, digit)
        row[f"refused_{name}"] = float((digit < THRESHOLD).mean())
        row[f"images_{name}"] = len(images)
    print(json.dumps(row, indent=1))


def _confidence(answers: Answers) -> NDArray[np.float32]:
    """Gives the rule by which things are refused: there is a digit, and it is the one answered."""
    return np.asarray(answers.digit * answers.probabilities.max(axis=1), dtype=np.float32)


def _no_digits() -> dict[str, NDArray[np.uint8]]:
    letters = np.stack([normalize_digit(one) for alphabet in ALPHABETS for one in load_letters(alphabet)])
    path = next(folder / "not_digits" / "fashion900.npz" for folder in search_folders())
    with np.load(path, allow_pickle=False) as file:
        fashion = file["images"]
    return {"omniglot": letters, "fashion": fashion, "both": np.concatenate([letters, fashion])}


if __name__ == "__main__":
    main()
