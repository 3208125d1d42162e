"""Charts drawn on the server as SVG: no script, no inline style, colours by class, every figure also in a table beside them."""
