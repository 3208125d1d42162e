"""Tests of Handslag, by kind."""
