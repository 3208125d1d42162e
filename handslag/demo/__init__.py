"""The demonstration: invented organisations walked through eighteen months of virtual time by the real engine."""
