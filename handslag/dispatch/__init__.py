"""Making somebody look now: within one process, or among any number through PostgreSQL. Neither remembers anything."""
