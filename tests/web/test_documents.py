"""Documents: type and size are checked, the content decides, and a download is a download."""

from __future__ import annotations

import pytest

from engine import acts
from handslag.web.files import clean_name, fault_of
from tests.web.conftest import Web

PDF = b"%PDF-1.7 the agreement"


def test_a_document_is_laid_in_and_comes_back_as_a_download(web: Web) -> None:
    number = web.world.candidate()
    visitor = web.visitor("anne")

    answer = visitor.post(
        f"/cases/{number}/documents", data={"fact": "agreement"}, files={"file": ("../Aftale å.pdf", PDF, "text/html")}
    )
    digest = web.world.case(number).facts["agreement"]
    back = visitor.get(f"/cases/{number}/documents/{digest}")

    assert answer.status_code == 303
    assert back.content == PDF
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["content-disposition"] == "attachment; filename*=UTF-8''Aftale%20%C3%A5.pdf"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]


def test_a_document_of_another_case_is_not_found(web: Web) -> None:
    first, second = web.world.candidate(), web.world.open_case(_bare())
    visitor = web.visitor("anne")
    visitor.post(f"/cases/{first}/documents", data={"fact": "agreement"}, files={"file": ("a.pdf", PDF)})
    digest = web.world.case(first).facts["agreement"]

    assert visitor.get(f"/cases/{first}/documents/{digest}").status_code == 200
    assert visitor.get(f"/cases/{second}/documents/{digest}").status_code == 404


def _bare() -> acts.OpenCase:
    return acts.OpenCase(title="Another", people={"coordinator": "anne"})


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pdf", PDF, ""),
        ("a.PDF", PDF, ""),
        ("a.pdf", b"<html>", "content"),
        ("a.pdf", b"", "content"),
        ("a.html", b"<html>", "kind"),
        ("a.pdf.exe", PDF, "kind"),
        ("a.txt", b"words", ""),
        ("a.txt", b"MZ\0", "content"),
        ("", b"", "none"),
    ],
)
def test_files_are_what_their_names_say(name: str, content: bytes, fault: str) -> None:
    assert fault_of(name, content) == fault


@pytest.mark.parametrize(
    ("name", "clean"),
    [("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\x\\a.pdf", "a.pdf"), ('a"\r\nb.pdf', "a___b.pdf"), (" .pdf", "pdf")],
)
def test_names_are_harmless(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_wrong_file_says_so_and_changes_nothing(web: Web) -> None:
    number = web.world.candidate()

    answer = web.visitor("anne").post(
        f"/cases/{number}/documents", data={"fact": "agreement"}, files={"file": ("a.exe", b"MZ")}
    )

    assert answer.status_code == 422
    assert "Only these kinds" in answer.text
    assert web.world.case(number).revision == 1


def test_a_reader_cannot_lay_a_document_in(web: Web) -> None:
    number = web.world.candidate()

    answer = web.visitor("hanne").post(f"/cases/{number}/documents", data={"fact": "agreement"}, files={"file": ("a.pdf", PDF)})

    assert answer.status_code == 403
