"""One cell as text: numbers with the language's mark, dates as ISO writes them, and nothing that a spreadsheet would run."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from handslag.tables.table import Cell

# What Excel, LibreOffice and Google Sheets take for the start of a formula or skip before one; the full-width ones too.
# Source: OWASP, CSV Injection.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COMMA_LANGUAGES = ("da", "nl")


def decimal_mark(language: str) -> str:
    """Return what stands before the decimals where people speak a language."""
    return "," if language in COMMA_LANGUAGES else "."


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that could be is led in by an apostrophe."""
    return f"'{text}" if text.startswith(RUNS) else text


def plain_number(value: int | Decimal) -> str:
    """Return a number without thousands marks and without an exponent."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def local(at: datetime, zone: str) -> datetime:
    """Return what the clocks of a zone show at an instant, without the zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def cell_text(value: Cell, *, language: str, zone: str) -> str:
    """Return a cell for CSV."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{local(value, zone):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case int() | Decimal():
            return plain_number(value).replace(".", decimal_mark(language))
        case _:
            return safe_text(value)
