"""The one table from errors to exit codes.

Knows nothing about commands. 0 is success and 2 a wrong command line, as everywhere.
"""

from __future__ import annotations

from inkdigits import errors

OUR_FAULT = 1
"""After an error that no person can cause: a bug, memory that ran out, a process that was ended."""

INTERRUPTED = 130
"""After Ctrl-C, as shells expect."""

SOME_FAILED = 17
"""After several files of which some could not be read; each was told."""

SYSTEM_REFUSES = 13
"""After a refusal of the operating system that has no error of ours: no permission, a name too long."""

EXIT_CODES: dict[type[errors.InkdigitsError], int] = {
    errors.DataError: 3,
    errors.PictureError: 4,
    errors.UnknownName: 5,
    errors.RecipeError: 6,
    errors.RunFolderError: 7,
    errors.TrainingStopped: 8,
    errors.ArtifactError: 9,
    errors.LeakRefused: 10,
    errors.OutputError: 11,
    errors.MissingExtra: 12,
    errors.StoreUnavailable: 14,
    errors.CorrectionError: 15,
    errors.BadOption: 16,
    errors.CannotListen: 18,
}


def exit_code(error: errors.InkdigitsError) -> int:
    """Gives the exit code of an error: its own, that of the nearest class above it, or `OUR_FAULT`."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), OUR_FAULT)
