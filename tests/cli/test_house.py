"""The installation: init, doctor, publishing, approval, backup, audit, export."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
from pathlib import Path

from tests.cli.desk import METHOD, CliDesk


def test_doctor_finds_everything_right(desk: CliDesk) -> None:
    assert {line["what"] for line in desk.json("doctor") if not line["ok"]} == set()


def test_doctor_says_what_to_do_where_nothing_is(tmp_path: Path) -> None:
    empty = CliDesk(folder=tmp_path)

    assert "handslag init" in empty.run("doctor", code=5).out


def test_files_are_private(desk: CliDesk) -> None:
    modes = {name: stat.S_IMODE((desk.folder / name).stat().st_mode) for name in ("config.toml", "audit.key", "handslag.db")}

    assert set(modes.values()) == {0o600}


def test_init_dry_run_says_what_it_would_do(tmp_path: Path) -> None:
    said = CliDesk(folder=tmp_path / "new").run("init", "--dry-run")

    assert "make the database" in said.err
    assert not (tmp_path / "new").exists()


def test_now_is_refused_where_the_clock_is_real(desk: CliDesk, case: str) -> None:
    config = desk.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("movable = true", "movable = false"), encoding="utf-8")

    assert "--now is for rehearsals" in desk.run("case", "show", case, code=1).err


def test_publishing_the_same_again_does_nothing_and_changed_content_is_refused(desk: CliDesk, tmp_path: Path) -> None:
    assert desk.json("workflow", "publish", str(METHOD), who="mette")["is_new"] is False
    changed = shutil.copytree(METHOD, tmp_path / "changed")
    text = (changed / "workflow.yaml").read_text(encoding="utf-8")
    (changed / "workflow.yaml").write_text(text.replace("stay: 20 wd", "stay: 21 wd"), encoding="utf-8")

    assert "publish v2" in desk.run("workflow", "publish", str(changed), who="mette", code=1).err
    assert "may not 'publish'" in desk.run("workflow", "publish", str(METHOD), code=1).err


def test_check_tries_every_mail(desk: CliDesk, tmp_path: Path) -> None:
    broken = shutil.copytree(METHOD, tmp_path / "broken")
    (broken / "mails" / "M01.en").write_text("Welcome\n\n{{ nobody_knows }}\n", encoding="utf-8")

    checked = desk.run("workflow", "check", str(broken), code=2)

    assert "mails/M01.en:3:1: text_fails" in checked.out


def test_diagram_draws_every_phase(desk: CliDesk) -> None:
    drawn = desk.run("workflow", "diagram", "small-deal", "--format", "mermaid").out

    assert drawn.startswith("stateDiagram-v2")
    assert "digraph" in desk.run("workflow", "diagram", "small-deal@1", "--format", "dot").out
    assert "there is no published workflow small-deal@2" in desk.run("workflow", "show", "small-deal@2", code=4).err


def test_sending_is_approved_by_a_named_manager(desk: CliDesk) -> None:
    desk.run("send", "approve", code=1)
    desk.run("send", "approve", who="mette")
    assert desk.json("send", "status")["approval"]["approved_by"] == "Mette Dahl"

    desk.run("send", "revoke", who="mette")
    assert desk.json("send", "status")["holds"] is False


def test_a_restored_database_does_not_send(desk: CliDesk, case: str, tmp_path: Path) -> None:
    desk.run("send", "approve", who="mette")
    desk.run("backup", str(tmp_path / "saved.db"))
    desk.run("restore", str(tmp_path / "saved.db"), code=5)
    for path in desk.folder.glob("handslag.db*"):
        path.unlink()

    desk.run("restore", str(tmp_path / "saved.db"))

    assert desk.json("send", "status")["holds"] is False
    assert desk.json("case", "show", case)["number"] == case


def test_verify_names_the_first_wrong_entry(desk: CliDesk, case: str) -> None:
    desk.run("case", "comment", case, "Called them")
    desk.run("audit", "verify")
    with sqlite3.connect(desk.folder / "handslag.db") as database:
        database.execute("DROP TRIGGER history_refuses_update")
        database.execute("UPDATE history SET body = replace(body, 'commented', 'said') WHERE no = 2")
    database.close()

    broken = desk.run("audit", "verify", case, code=1)

    assert "2" in broken.out
    assert "changed after it was sealed" in broken.out


def test_heads_are_signed_and_stored_once_a_day(desk: CliDesk, case: str) -> None:
    signed = desk.json("audit", "head")
    assert [line["case"] for line in signed["heads"]] == [case]
    assert desk.json("audit", "head")["signature"] == signed["signature"]

    desk.run("audit", "head", "--store")
    desk.run("audit", "head", "--store", code=1)


def test_export_is_whole_and_its_sums_hold(desk: CliDesk, active: str, tmp_path: Path) -> None:
    paper = tmp_path / "agreement.txt"
    paper.write_text("We agree.\n", encoding="utf-8")
    desk.run("case", "document", active, "agreement", str(paper), now="2026-04-13T11:00")
    desk.run("run", "--once", now="2026-04-13T12:00")

    desk.run("case", "export", active, str(tmp_path / "out"))

    out = tmp_path / "out"
    sums = [line.split("  ") for line in (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    assert all(hashlib.sha256((out / name).read_bytes()).hexdigest() == digest for digest, name in sums)
    entries = json.loads((out / "entries.json").read_text(encoding="utf-8"))
    assert [entry["no"] for entry in entries] == list(range(1, len(entries) + 1))
    assert "<script" not in (out / "index.html").read_text(encoding="utf-8")
    assert {name.split("/")[0] for _, name in sums} >= {"mails", "version", "documents", "case.json"}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    desk.run("case", "export", active, str(out), code=5)
