"""Intake: companies and running partnerships from a table that a person keeps, checked whole and turned into cases."""
