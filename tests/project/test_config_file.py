"""`config.toml` at the root documents every setting at its default, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

from handslag.config_text import default_config_text
from handslag.setting_faults import known_keys
from handslag.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


def test_root_file_is_the_generated_text() -> None:
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == default_config_text(), (
        "settings changed: write default_config_text() to config.toml"
    )


def test_generated_text_says_the_defaults() -> None:
    assert Settings.model_validate(tomllib.loads(default_config_text())) == Settings()


def test_generated_text_is_accepted_as_a_config_file(tmp_path: Path) -> None:
    without = load_settings(tmp_path)

    (tmp_path / "config.toml").write_text(default_config_text(), encoding="utf-8")

    assert load_settings(tmp_path) == without


def test_every_setting_is_described() -> None:
    assert [key for key, field in known_keys(Settings).items() if not field.description] == []
