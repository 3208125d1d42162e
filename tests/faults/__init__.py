"""Crashes, races and bad days: nothing is lost, nothing is doubled."""
