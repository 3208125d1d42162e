"""From a template to a page. `notifications.environment` makes the Jinja environment; here are the filters of screens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse

from handslag.web.labels import Labels
from handslag.web.said import PARTS, ROLES, SPOKEN
from handslag.web.static_files import address_of
from notifications.dates import LANGUAGES, day_month, local_day, long_date, long_instant, number
from notifications.environment import trusted_environment

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Any:
    environment = trusted_environment(TEMPLATES)
    environment.globals.update(static=address_of, role_names=ROLES, spoken=SPOKEN, parts=PARTS)
    return environment


def page(template: str, status: int = 200, /, *, labels: Labels, zone: str = "UTC", **context: Any) -> HTMLResponse:
    """Render a page in the language of its labels; `zone` is that of its instants."""
    language = labels.language
    ready: dict[str, Any] = {
        "t": labels,
        "language": language,
        "zone": zone,
        "day": lambda value: long_date(local_day(_date(value), zone), language) if value else "–",
        "short": lambda value: day_month(local_day(_date(value), zone), language) if value else "–",
        "instant": lambda value: long_instant(value, language, zone) if value else "–",
        "amount": lambda value: number(value, language),
        "visit": None,
        "path": "",
        "notice": "",
        **context,
    }
    return HTMLResponse(_environment().get_template(template).render(ready), status_code=status)


def _date(value: Any) -> date | datetime:
    return date.fromisoformat(value) if isinstance(value, str) else value


def asked_language(accepted: str, default: str) -> str:
    """Return the first language of an Accept-Language header that we speak, for people whose own is not known yet."""
    for part in accepted.split(","):
        language = part.split(";")[0].strip().partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return default


Context = Mapping[str, Any]
