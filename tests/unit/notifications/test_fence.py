"""The allow list lets through whom it names, and nobody who only looks like it."""

from __future__ import annotations

import pytest

from notifications.fence import Fence


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@example.org", True),
        ("Anna@Example.ORG", True),
        ("bob@example.org", False),
        ("bob@example.net", True),
        ("bob@example.com", True),
        ("bob@sub.example.net", False),
        ("bob@evil-example.net", False),
        ("bob@example.net.evil.example", False),
        ("example.net", True),
        ("", False),
    ],
)
def test_only_listed_addresses_and_domains_pass(address: str, expected: bool) -> None:
    assert Fence(["anna@example.org", "@example.net", "Example.com "])(address) is expected


def test_no_list_is_no_fence() -> None:
    assert Fence()("anybody@example.org")


def test_an_empty_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="empty entry"):
        Fence(["anna@example.org", " "])
