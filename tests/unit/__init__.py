"""One module or act at a time, no database, no network."""
