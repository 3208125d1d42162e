"""Tests of the pages: in process with a test client, and in a real browser."""
