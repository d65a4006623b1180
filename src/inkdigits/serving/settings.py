"""What a person may choose about the service: arguments first, then variables `INKDIGITS_…`.

Knows nothing about requests.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from inkdigits.cores import usable_cores
from inkdigits.errors import BadOption, CannotListen

MAX_BODY = 10_000_000
"""Bytes of a request's body at most, the form around a picture included."""

BODY_SECONDS = 30.0
"""Seconds that a request's body may take to arrive."""

STOP_SECONDS = 5.0
"""Seconds that a stopping service gives what it has taken; the process is gone within five more."""


_KEY = re.compile(r"[!-~](?:[ -~]*[!-~])?")  # what a header can bring, whoever sends it


class Settings(BaseSettings):
    """The choices; each is also a variable, such as `INKDIGITS_PORT`.

    Attributes:
        host: The address to listen at.
        port: The port there; 0 for any that is free.
        api_key: What requests to the API must bring; None for no key.
        insecure: Whether others may be let in without a key.
        database: Where corrections go, as `CorrectionStore` takes it.
        line_reader: Run or model that reads lines; None for the one that comes with Inkdigits.
        recognizer: The same for digit images.
        workers: Threads that read.
        queue: Requests that are taken at a time; further ones are told to come again.
        corrections_per_minute: From one address.
    """

    model_config = SettingsConfigDict(env_prefix="INKDIGITS_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65535)
    api_key: SecretStr | None = None
    insecure: bool = False
    database: str | None = None
    line_reader: Path | None = None
    recognizer: Path | None = None
    workers: int = Field(default_factory=usable_cores, ge=1, le=64)
    queue: int = Field(default=64, ge=1, le=10_000)
    corrections_per_minute: int = Field(default=60, ge=1)

    @field_validator("line_reader", "recognizer", mode="before")
    @classmethod
    def _is_named(cls, model: object) -> object:
        return model or None  # an empty variable names none, not the working folder

    @field_validator("api_key")
    @classmethod
    def _can_be_brought(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not _KEY.fullmatch(key.get_secret_value()):
            raise ValueError("a key is of ASCII letters, digits and signs, without a space around it")
        return key

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def load_settings(**chosen: Any) -> Settings:
    """Gives the settings; what is None is left to the variables and the defaults.

    Raises:
        BadOption: If a value is impossible; the message never repeats a key.
        CannotListen: If others would be let in without a key.
    """
    try:
        settings = Settings(**{name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise BadOption(f"{name} (INKDIGITS_{name.upper()}): {first['msg']}") from error
    if not (settings.is_loopback or settings.api_key or settings.insecure):
        raise CannotListen(
            f"{settings.host} can be reached by others: set INKDIGITS_API_KEY to a key of your choice,"
            " or say --insecure to let everybody in"
        )
    return settings
