"""The brain of Handslag: pure rules for cases, deadlines, promises and history.

Knows no database, no mail, no file, no clock. What it needs from outside it states in `engine.ports`.
"""
