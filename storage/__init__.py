"""The memory: the only folder that knows the database (sqlmodel, sqlalchemy, alembic)."""
