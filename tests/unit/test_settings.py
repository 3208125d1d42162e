"""Settings: the order of the sources, and every fault at once, with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import BadInput
from handslag.settings import Settings, SettingsError, is_loopback, load_settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("HANDSLAG_"):
            monkeypatch.delenv(name)


def write(folder: Path, text: str) -> Path:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(folder)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_empty_folder_gives_the_defaults_in_that_folder(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)

    assert settings.database.url == f"sqlite:///{tmp_path / 'handslag.db'}"
    assert settings.mail.transport == "capture"
    assert settings.mail.capture_folder == str(tmp_path / "captured")
    assert settings.worker == Settings().worker


@pytest.mark.parametrize("url", ["sqlite:////var/lib/handslag/cases.db", "sqlite://", "postgresql://db.example/cases"])
def test_absolute_database_stays_as_written(tmp_path: Path, url: str) -> None:
    assert load_settings(write(tmp_path, f'[database]\nurl = "{url}"\n')).database.url == url


def test_environment_beats_secret_file_beats_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[mail.smtp]\nhost = "file"\nusername = "file"\npassword = "file"\n')
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "mail__smtp__username").write_text("secret\n")
    (secrets / "mail__smtp__password").write_text("secret\n")
    monkeypatch.setenv("HANDSLAG_SECRETS_DIR", str(secrets))
    monkeypatch.setenv("HANDSLAG_MAIL__SMTP__PASSWORD", "environment")

    smtp = load_settings(tmp_path).mail.smtp

    assert (smtp.host, smtp.username, smtp.password.get_secret_value()) == ("file", "secret", "environment")


@pytest.mark.parametrize("text", ["anna@example.org, example.net", '["anna@example.org", "example.net"]'])
def test_environment_writes_lists_with_commas_or_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HANDSLAG_MAIL__ALLOW_LIST", text)
    monkeypatch.setenv("HANDSLAG_MAIL__RETRY_PAUSES_S", "10,20")
    monkeypatch.setenv("HANDSLAG_WORKER__TICK_S", "5")

    settings = load_settings(tmp_path)

    assert settings.mail.allow_list == ("anna@example.org", "example.net")
    assert settings.mail.retry_pauses_s == (10, 20)
    assert settings.worker.tick_s == 5


def test_all_faults_of_all_sources_are_listed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[mail]\ntransport = "smpt"\nhots = "x"\n\n[worker]\ntick_s = "30"\n\n[wroker]\nbatch = 1\n')
    monkeypatch.setenv("HANDSLAG_MAIL__SMTP__PORT", "many")
    monkeypatch.setenv("HANDSLAG_MIAL__TRANSPORT", "smtp")

    assert sorted(faults(tmp_path)) == [
        "config.toml:2 mail.transport: bad_setting: should be 'capture', 'smtp' or 'console', got 'smpt'; did you mean 'smtp'?",
        "config.toml:3 mail.hots: unknown_setting: there is no setting mail.hots;"
        " known here: transport, capture_folder, allow_list, retry_pauses_s, smtp",
        "config.toml:6 worker.tick_s: bad_setting: should be a valid integer, got '30'",
        "config.toml:8 wroker: unknown_setting: there is no setting wroker; did you mean worker?",
        "environment HANDSLAG_MAIL__SMTP__PORT: bad_setting: should be a valid integer,"
        " unable to parse string as an integer, got 'many'",
        "environment HANDSLAG_MIAL__TRANSPORT: unknown_setting: there is no setting mial; did you mean mail?",
    ]


def test_setting_in_the_wrong_table_is_pointed_to_the_right_one(tmp_path: Path) -> None:
    write(tmp_path, '[mail]\nhost = "x"\n')

    assert faults(tmp_path) == [
        "config.toml:2 mail.host: unknown_setting: there is no setting mail.host; did you mean mail.smtp.host?"
    ]


def test_table_given_as_a_value_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "language = 3\n")

    assert faults(tmp_path) == ["config.toml:1 language: bad_setting: is a table; its settings are default"]


def test_list_with_a_bad_entry_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "[mail]\nretry_pauses_s = [60, 0]\n")

    assert faults(tmp_path) == ["config.toml:2 mail.retry_pauses_s: bad_setting: should be greater than 0, got 0"]


def test_broken_file_is_refused_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "[mail]\ntransport = smtp\n")

    assert len(found := faults(tmp_path)) == 1
    assert found[0].startswith("config.toml: unreadable: should be a TOML file in UTF-8:")
    assert "line 2" in found[0]


def test_missing_secrets_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDSLAG_SECRETS_DIR", str(tmp_path / "nowhere"))

    assert len(found := faults(tmp_path)) == 1
    assert found[0].startswith("HANDSLAG_SECRETS_DIR=nowhere: unreadable: should be a folder of readable text files:")


def test_unknown_secret_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mail__smtp__pasword").write_text("hunter2")
    (tmp_path / "passwd").write_text("hunter2")
    monkeypatch.setenv("HANDSLAG_SECRETS_DIR", str(tmp_path))

    assert faults(tmp_path) == [
        "secret file passwd: unknown_setting: there is no setting passwd;"
        " known here: database, mail, sending, clock, worker, language, logging, web, sign_in",
        "secret file mail__smtp__pasword: unknown_setting: there is no setting mail.smtp.pasword;"
        " did you mean mail.smtp.password?",
    ]


def test_faults_never_quote_what_may_be_secret(tmp_path: Path) -> None:
    write(tmp_path, '[database]\nurl = "mysql://me:hunter2@db"\n\n[mail.smtp]\npassword = 4711\n')

    text = "\n".join(faults(tmp_path))

    assert "config.toml:2 database.url" in text
    assert "config.toml:5 mail.smtp.password" in text
    assert "hunter2" not in text
    assert "4711" not in text


def test_settings_print_without_secrets(tmp_path: Path) -> None:
    url = "postgresql://me:hunter2@db/cases"
    settings = load_settings(write(tmp_path, f'[database]\nurl = "{url}"\n[mail.smtp]\npassword = "hunter2"\n'))

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_movable_clock_sends_to_this_machine(tmp_path: Path, host: str) -> None:
    write(tmp_path, f'[clock]\nmovable = true\n[mail]\ntransport = "smtp"\n[mail.smtp]\nhost = "{host}"\n')

    assert load_settings(tmp_path).clock.movable


def test_movable_clock_refuses_to_send_to_a_real_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[clock]\nmovable = true\n[mail.smtp]\nhost = "mail.example.org"\n')
    monkeypatch.setenv("HANDSLAG_MAIL__TRANSPORT", "smtp")

    assert faults(tmp_path) == [
        "the settings together: clock_would_mail: a movable clock may not send to 'mail.example.org':"
        " set clock.movable to false, mail.transport to 'capture', or mail.smtp.host to a server on this machine"
        " (localhost)"
    ]


def test_settings_error_is_bad_input() -> None:
    assert issubclass(SettingsError, BadInput)
    assert SettingsError.code == "settings"


def test_only_this_machine_is_loopback() -> None:
    assert not is_loopback("localhost.example.org")
    assert not is_loopback("10.0.0.1")
