"""Tests of reading tables and rows, without a database."""
