"""Logging to standard error, ours and that of the libraries in one form. The only module that imports structlog.

Others log through the standard `logging.getLogger(__name__)`, with facts as `extra={"case": "AAL-2026-0017"}`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any, Literal

import structlog

Event = MutableMapping[str, Any]
Step = Callable[[Any, str, Event], Event]

MASK = "***"
_SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "salt")
_CHATTY = ("alembic", "transitions", "apscheduler", "httpx2", "httpcore", "httpcore2")  # they tell every step at INFO
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def set_up_logging(*, level: Literal["DEBUG", "INFO", "WARNING", "ERROR"], form: Literal["console", "json"]) -> None:
    """Send every log record to standard error, once; calling it again replaces what the first call did."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(form))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(capture=True)


def _formatter(form: Literal["console", "json"]) -> logging.Formatter:
    """Return what turns a record into one line (console: for people, json: for collectors)."""
    last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    if form == "console":
        # The renderer's own choice shows the values of every frame: names and secrets do not belong in a log.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_facts,
        mask_secrets,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def _with_facts(_logger: Any, _method: str, event: Event) -> Event:
    """Add what was passed as `extra=`."""
    record = event.get("_record")
    if record is not None:
        event.update({name: value for name, value in vars(record).items() if name not in _OWN_FIELDS})
    return event


def mask_secrets(_logger: Any, _method: str, event: Event) -> Event:
    """Replace the value of every field whose name speaks of a secret, at any depth."""
    return {name: MASK if _is_secret(name) else _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    """Mask inside maps and lists."""
    if isinstance(value, dict):
        return {name: MASK if _is_secret(str(name)) else _masked(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _is_secret(name: str) -> bool:
    """Tell whether a field's name speaks of a secret."""
    return any(word in name.lower() for word in _SECRET_WORDS)
