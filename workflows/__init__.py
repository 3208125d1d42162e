"""The declarations that ship, and their readers: YAML and CEL in, the frozen values of the engine out."""
