"""One script for each change of the table, in the order of their revisions."""
