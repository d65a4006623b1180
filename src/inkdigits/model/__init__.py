"""The artifact (an ONNX file with its card) and the recognizer that answers with it."""

from inkdigits.model.artifact import (
    Artifact,
    Card,
    Score,
    artifact_path,
    load_artifact,
    load_seen,
    save_artifact,
)
from inkdigits.model.recognizer import Answers, Recognizer

__all__ = [
    "Answers",
    "Artifact",
    "Card",
    "Recognizer",
    "Score",
    "artifact_path",
    "load_artifact",
    "load_seen",
    "save_artifact",
]
