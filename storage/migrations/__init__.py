"""The steps by which a database becomes what this release expects, run by Alembic in order."""
