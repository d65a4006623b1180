"""Inkdigits: handwritten digits, from the data to a trained network, and from a digit to its answer.

Importing it loads neither Keras nor torch.
"""

from importlib.metadata import version

from inkdigits.errors import InkdigitsError
from inkdigits.model import Recognizer

__version__ = version("inkdigits")

__all__ = ["InkdigitsError", "Recognizer", "__version__"]
