"""The outline of a mail's subject."""

from __future__ import annotations

import pytest

from notifications.outline import outline


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("Invitation to a Local Green Deal", "Invitation to a Local Green Deal"),
        ("Due on {{ due | date }}: {{ item }}", "Due on …: …"),
        ("Send your baseline{% if due %} by {{ due | date }}{% endif %}", "Send your baseline"),
        ("{{ company }}: {{ item }}{% if late %} – {{ late }} days late{% endif %}", "…: … – … days late"),
        ("{{ company }}: {{ item }}", ""),
        ("{# for the mayor #}Sign  {{ item }}", "Sign …"),
        ("", ""),
    ],
)
def test_an_outline_says_what_every_case_says(subject: str, named: str) -> None:
    assert outline(subject) == named
