"""Serving: the page and the API that read pictures and take corrections (extra `[serve]`)."""

from inkdigits.errors import MissingExtra

try:
    from inkdigits.serving.app import create_app
    from inkdigits.serving.server import serve
    from inkdigits.serving.service import Service, make_service
    from inkdigits.serving.settings import Settings, load_settings
except ImportError as error:
    raise MissingExtra("serving", "serve", error.name or "fastapi") from error

__all__ = ["Service", "Settings", "create_app", "load_settings", "make_service", "serve"]
