"""Tables that leave the house: what a page lists, as XLSX, CSV and JSON, row by row and formula-safe."""
