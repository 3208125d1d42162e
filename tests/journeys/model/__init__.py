"""An independent model of what is promised, and the walks that it judges."""
