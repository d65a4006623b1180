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
from inkdigits.model.recognizer import Recognizer

__all__ = [
    "Artifact",
    "Card",
    "Recognizer",
    "Score",
    "artifact_path",
    "load_artifact",
    "load_seen",
    "save_artifact",
]
