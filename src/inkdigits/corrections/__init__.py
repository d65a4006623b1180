"""Corrections: what people put right, kept in a database until something learns from it (extra `[serve]`)."""

from inkdigits.corrections.correction import Correction, make_correction
from inkdigits.corrections.database import DATABASE_VARIABLE, PATIENCE
from inkdigits.corrections.export import Export, export_corrections
from inkdigits.corrections.store import Added, CorrectionStore, Entry

__all__ = [
    "DATABASE_VARIABLE",
    "PATIENCE",
    "Added",
    "Correction",
    "CorrectionStore",
    "Entry",
    "Export",
    "export_corrections",
    "make_correction",
]
