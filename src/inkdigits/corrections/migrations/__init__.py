"""Alembic's scripts: how the table of corrections became what it is."""
