"""Writes `config.toml` with every setting at its default, from the settings classes, which alone know them."""

from __future__ import annotations

import json
import textwrap

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from handslag.setting_faults import Key, table_of
from handslag.settings import Settings

_HEAD = """\
# The settings of a Handslag installation, each at its default. Delete what you do not change: the rest is known.
# Stronger than this file: a file named section__key in the folder that HANDSLAG_SECRETS_DIR names, and, strongest,
# the environment variable HANDSLAG_SECTION__KEY. Paths are relative to the folder of this file.
"""


def default_config_text() -> str:
    """Return the text of `config.toml`, as `handslag init` writes it and as it stands in the repository."""
    return _HEAD + _tables((), Settings)


def _tables(above: Key, model: type[BaseModel]) -> str:
    """Return the tables inside a model, each with its plain settings first and its own tables after, as TOML wants."""
    tables = [((*above, name), table_of(field)) for name, field in model.model_fields.items()]
    return "".join(f"{_table(key, table)}{_tables(key, table)}" for key, table in tables if table)


def _table(key: Key, model: type[BaseModel]) -> str:
    """Return the plain settings of one table, each with its comment."""
    plain = {name: field for name, field in model.model_fields.items() if table_of(field) is None}
    lines = [f"{_comment(field.description)}{name} = {_toml(_default(field))}\n" for name, field in plain.items()]
    return f"\n{_comment(model.__doc__)}[{'.'.join(key)}]\n" + "".join(lines)


def _default(field: FieldInfo) -> object:
    """Return the default as plain text, number, truth value or list."""
    value: object = field.default
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _comment(text: str | None) -> str:
    """Return a description as comment lines of at most 120 characters."""
    return "".join(f"# {line}\n" for line in textwrap.wrap(text or "", width=118))


def _toml(value: object) -> str:
    """Write a value as TOML; for what settings hold, its syntax is that of JSON."""
    return json.dumps(value, ensure_ascii=False)
