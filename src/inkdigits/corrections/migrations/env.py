"""What alembic runs to begin a migration: on the connection, in the transaction, that it was given.

Knows nothing about databases: `schema` has opened one.
"""

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], **attributes["options"])
context.run_migrations()
