"""The web: pages rendered here, plain forms, one stylesheet, one small script. Writes go through use cases only."""
