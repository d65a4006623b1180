"""Inkdigits: handwritten digits out of any picture, and from the data to a trained network.

Importing it loads neither Keras nor torch.
"""

from importlib.metadata import version

from inkdigits.errors import InkdigitsError
from inkdigits.model import Recognizer
from inkdigits.reading import Reader, Reading, Recognition, read, recognize

__version__ = version("inkdigits")

__all__ = [
    "InkdigitsError",
    "Reader",
    "Reading",
    "Recognition",
    "Recognizer",
    "__version__",
    "read",
    "recognize",
]
