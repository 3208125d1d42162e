"""Whole stories, from opening a case to the mail that leaves."""
