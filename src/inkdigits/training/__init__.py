"""Training: a recipe and a digit set in, a run folder out.

The only room that knows Keras and torch (extra `[train]`); what it makes is read without them.
"""

from inkdigits.training import backend  # first: a missing framework is told, not what draws reports

__all__ = ["backend"]
