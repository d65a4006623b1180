"""What the service refuses though the picture may be good: too much at once, no key, a body too large.

Knows nothing about statuses: `problems` has the one table.
"""

from __future__ import annotations


class Refusal(Exception):
    """A request that is not taken.

    Attributes:
        retry_after: Seconds after which the same request may be taken; None if it never will be.
    """

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadForm(Refusal):
    """A form that lacks a field, has one too many, or is cut short."""


class BadValue(Refusal):
    """A parameter with an impossible value."""


class KeyWanted(Refusal):
    """No key, or a wrong one."""


class ForeignPage(Refusal):
    """A request that another site's page had a browser make."""


class WrongHost(Refusal):
    """A request to a name that is not this machine's."""


class BodyTooSlow(Refusal):
    """A body that arrives too slowly."""


class BodyTooLarge(Refusal):
    """A body above the limit."""


class Busy(Refusal):
    """As many requests as are taken at a time are being answered."""


class TooOften(Refusal):
    """More corrections from one address than are taken in a minute."""


class Stopping(Refusal):
    """The service is being stopped."""
