"""Free and quiet days of a country and its years, as data for a programme's calendar. The only module that imports holidays.

The library's public holidays are the base; what each country's offices keep besides is shipped here by name and day, because
its category `optional` also holds ordinary working days (1 May in Denmark). Source: docs of the two countries' practice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FREE, QUIET = "free", "quiet"
COUNTRIES = {"DK": "da", "NL": "nl"}
SHIPPED = {"DK": ("06-05", "12-24", "12-31"), "NL": ("05-05",)}  # Good Friday is public in the library's NL already
LOCAL_NAME = {"DK": "lokal fridag", "NL": "plaatselijke vrije dag"}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietWindow:
    """Days on which companies get no mail that can wait: ISO weeks (both included) or MM-DD to MM-DD (both included)."""

    name: str
    weeks: tuple[int, int] | None = None
    first: str = ""
    last: str = ""


def calendar_days(
    country: str,
    years: Sequence[int],
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    quiet: Iterable[QuietWindow] = (),
) -> tuple[tuple[date, str, str], ...]:
    """Return (day, `free` or `quiet`, name in the country's language) for these years, one kind a day, in order.

    include: MM-DD or YYYY-MM-DD; exclude: the same, or a holiday's name. A free day in a quiet window is free.
    Raises: ValueError for an unknown country.
    """
    if country not in COUNTRIES:
        raise ValueError(f"no holidays are known for {country!r}; known: {', '.join(COUNTRIES)}")
    free = _free_days(country, years, include)
    for text in exclude:
        gone = {*_dated(text, years), *(day for day, name in free.items() if name.casefold() == text.casefold())}
        free = {day: name for day, name in free.items() if day not in gone}
    quiet_days = {day: window.name for window in quiet for day in _window(window, years) if day not in free}
    days = [(day, FREE, name) for day, name in free.items()] + [(day, QUIET, name) for day, name in quiet_days.items()]
    return tuple(sorted(days))


def _free_days(country: str, years: Sequence[int], include: Iterable[str]) -> dict[date, str]:
    import holidays

    language = COUNTRIES[country]
    base = holidays.country_holidays(country, years=years, language=language)
    named = holidays.country_holidays(country, years=years, language=language, categories=("public", "optional"))
    free = {day: str(name) for day, name in base.items()}
    for text in (*SHIPPED[country], *include):
        for day in _dated(text, years):
            free.setdefault(day, str(named.get(day, LOCAL_NAME[country])))
    return free


def _dated(text: str, years: Sequence[int]) -> Iterator[date]:
    """Yield the days that MM-DD or YYYY-MM-DD means in these years; none for a name, or for 29 February in most years."""
    for year in years:
        try:
            day = date.fromisoformat(text if len(text) == len("2026-05-15") else f"{year}-{text}")
        except ValueError:
            continue
        if day.year == year:
            yield day


def _window(window: QuietWindow, years: Sequence[int]) -> Iterator[date]:
    """Yield the days of a window that lie in these years; one that began in the year before counts too."""
    for year in range(min(years) - 1, max(years) + 1):
        if window.weeks is not None:
            first = date.fromisocalendar(year, window.weeks[0], 1)
            last = date.fromisocalendar(year, window.weeks[1], 7)
        else:
            first = date.fromisoformat(f"{year}-{window.first}")
            last = date.fromisoformat(f"{year + (window.last < window.first)}-{window.last}")
        for offset in range((last - first).days + 1):
            day = first + offset * ONE_DAY
            if day.year in years:
                yield day
