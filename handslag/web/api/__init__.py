"""The API under /api/v1: what the pages do, as JSON, through the same use cases and with the same refusals."""
