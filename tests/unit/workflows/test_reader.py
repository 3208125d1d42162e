from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import BadInput, NotFound
from engine.terms import Term
from tests.unit.workflows.method import METHOD, changed, faults, folder, line_of, version
from workflows.reader import digest, examine, read_files, read_folder


def test_read_gives_the_version_with_names_written_out() -> None:
    read = version()

    assert read.name == "small-deal v1"
    assert [rung.key for rung in read.phases["idea"].ladder] == ["-5 wd M08", "+0 wd M08", "+5 wd M09", "+10 wd M09"]
    assert read.phases["idea"].public_title == read.phases["idea"].title
    assert read.followups["F1"].during == ("active",)
    assert read.followups["F1"].anchor.calendar == ((3, 31), (9, 30))
    assert read.followups["F2"].offset == Term(5, "months")
    assert read.transitions["propose"].by == ("coordinator",)
    assert read.transitions["resume"].clears == ("restart_on",)
    assert read.transitions["drop"].code == "drop"
    assert read.mails["M08"].texts["da"].subject == "Om M08"


def test_read_binds_guards_with_the_parameters_of_the_move() -> None:
    guards = {guard.name: guard for guard in version().transitions["propose"].guards}

    assert guards["enough"].params == {
        "function": "records_at_least",
        "list": "commitments",
        "n": 1,
        "complete": ["title", "due_on"],
        "where": {},
        "distinct": "",
    }
    assert guards["saves_energy"].needs["en"] == "a commitment that saves energy"
    assert guards["registered"].can == ("coordinator",)


def test_read_of_a_sound_method_has_nothing_to_remark() -> None:
    examined = examine(folder())

    assert (examined.faults, examined.notes) == ((), ())


def test_read_of_a_bad_file_lists_every_fault_at_its_place() -> None:
    method = METHOD.replace("stay: 20 wd", "stay: 20 wdd").replace("signs: true", "sings: true")

    with pytest.raises(BadInput) as caught:
        read_files(folder(method), "small")

    lines = str(caught.value).splitlines()[1:]
    assert lines[0].startswith(f"small/workflow.yaml:{line_of(method, 'sings')}:")
    assert lines[0].endswith("unknown_key: 'sings' is not a key here; did you mean 'signs'?")
    assert f"small/workflow.yaml:{line_of(method, 'wdd')}:11: bad_term: phases.idea.stay: '20 wdd' is not a term" in lines[1]
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("start: idea\n", "", "missing_key", "'start' is missing"),
        ("number: 1", "number: one", "wrong_value", "number: expected a valid integer, got 'one'"),
        ("number: 1", "number: 0", "wrong_value", "greater than or equal to 1"),
        ("workflow: small-deal", "workflow: Small Deal", "bad_name", "'Small Deal' is not a name"),
        ("start: idea", "start: ''", "wrong_value", "at least 1 character"),
        ("stay: 20 wd", "stay: 9999 years", "bad_term", "longer than any case"),
        ("signed: true", "signed: ja", "wrong_value", "expected a valid boolean, got 'ja'"),
        ("type: registration", "type: registraton", "unknown_value", "'registraton' is not one of 'text'"),
        ("guards: [frozen, all_signed]", "guards: [4]", "wrong_value", "got 4"),
        ("title: {en: Small deal, da: Lille aftale}", "title: Small deal", "wrong_value", "a map of keys and values"),
        ("  cvr_confirmed:", "  Cvr-confirmed:", "bad_name", "'Cvr-confirmed' is not a name"),
        ("start: idea", "start: idea\nstart: idea", "duplicate_key", "stands here twice"),
    ],
)
def test_read_of_a_wrong_shape_is_refused(old: str, new: str, code: str, says: str) -> None:
    found = [fault for fault in faults(changed(old, new)) if fault.code == code]

    assert found
    assert says in found[0].sentence


def test_read_without_the_main_file_is_refused() -> None:
    files = folder()
    del files["workflow.yaml"]

    assert [fault.code for fault in examine(files).faults] == ["no_workflow"]


def test_folder_with_a_strange_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "workflow.yaml").write_text(METHOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "M01.english").write_text("x", encoding="utf-8")

    with pytest.raises(BadInput) as caught:
        read_folder(tmp_path)

    assert [Path(fault.place).name for fault in caught.value.faults] == ["M01.english", "notes.txt"]


def test_folder_is_read_alike_whatever_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "workflow.yaml").write_bytes(METHOD.replace("\n", "\r\n").encode())

    assert read_folder(tmp_path) == {"workflow.yaml": METHOD}


def test_folder_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "workflow.yaml").write_bytes("title: Idé".encode("latin-1"))

    with pytest.raises(BadInput, match="not UTF-8 text at byte"):
        read_folder(tmp_path)


def test_folder_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_folder(tmp_path / "nowhere")


def test_digest_changes_with_every_name_and_content() -> None:
    hashes = {digest({"a": "1", "b": "2"}), digest({"a": "1", "b": "3"}), digest({"a": "1", "c": "2"}), digest({"a": "12"})}

    assert len(hashes) == 4
    assert digest({"b": "2", "a": "1"}) == digest({"a": "1", "b": "2"})
