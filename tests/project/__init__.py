"""The project itself: packaging, lock, documentation."""
