"""The main job by command line alone, with the shipped method: from candidate to an agreement in force, and its export."""

from __future__ import annotations

from pathlib import Path

from tests.cli.desk import CliDesk

CASE = "AAL-2026-0001"
APPROVED = ("approved_public_on=2026-05-28", "approved_public_by=Mayor", "approved_private_on=2026-05-28",
            "approved_private_by=CEO", "followup_rules_accepted_public_on=2026-05-28",
            "followup_rules_accepted_private_on=2026-05-28")  # fmt: skip
PLEDGE = ("owner=CFO", "due_on=2026-11-02", "indicator=kWh", "target=10 %", "evidence=invoice", "additionality=new",
          "reduces=scope2")  # fmt: skip


def test_a_partnership_from_candidate_to_signature(desk: CliDesk, tmp_path: Path) -> None:
    desk.run("workflow", "publish", "aalborg-climate-partnership", who="mette")
    desk.run("contact", "add", "1", "Erik Dam", "erik@nordhavn.example.org", "--language", "en")

    _until_drafting(desk)
    _until_signing(desk, tmp_path)
    seats = [s["no"] for s in desk.json("case", "show", CASE)["seats"].values() if s["role"].startswith("signatory")]
    for seat in seats:
        signed = desk.json("case", "sign", CASE, str(seat), now="2026-05-29T09:00")

    assert [entry["transition"] for entry in signed["entries"]] == ["", "activate"]
    assert signed["phase"] == "active"
    desk.run("run", "--once", now="2026-05-29T10:00")
    assert {"M01", "M03", "M05", "M06", "M07"} <= {m["code"] for m in desk.json("mail", "list", CASE) if m["state"] == "sent"}
    assert "1 case(s) verified, 0 broken" in desk.run("audit", "verify").out
    assert "SHA256SUMS" in desk.json("case", "export", CASE, str(tmp_path / "out"))["files"]


def _until_drafting(desk: CliDesk) -> None:
    status = ("register_status=active", "register_status_on=2026-04-07")
    contact = ("--contact", "mia@nordhavn.example.org", "--person", "deputy=bo")
    desk.run("case", "open", "1", "-w", "aalborg-climate-partnership", *contact, *status)
    desk.run("case", "advance", CASE, "screen", now="2026-04-10T10:00")
    desk.run("case", "advance", CASE, "invite_to_dialogue", "score=72", "tier=standard", now="2026-04-13T10:00")
    desk.run("case", "record", "add", CASE, "visits", "held_on=2026-05-04", now="2026-05-04T15:00")
    backing = ("contact_confirmed_on=2026-04-20", "backing_on=2026-05-04", "backing_function=CEO", "backing_note=at the visit")
    desk.run("case", "advance", CASE, "request_baseline", *backing, now="2026-05-05T09:00")
    figures = ("baseline_year=2025", "scope1=12,5", "scope2=40.5", "baseline_method=Klimakompasset", "baseline_boundary=site")
    desk.run("case", "advance", CASE, "plan_actions", *figures, now="2026-05-20T09:00")
    for title in ("LED lamps", "Heat pump", "Vans"):
        desk.run("case", "record", "add", CASE, "company_commitments", f"title={title}", *PLEDGE, now="2026-05-21T09:00")
    ours = ("title=Charging posts", "department=Property", "owner=jonas", "due_on=2026-12-01")
    desk.run("case", "record", "add", CASE, "municipal_commitments", *ours, now="2026-05-21T09:00")


def _until_signing(desk: CliDesk, tmp_path: Path) -> None:
    paper = tmp_path / "agreement.pdf"
    paper.write_bytes(b"%PDF-1.4 agreement")
    desk.run("case", "advance", CASE, "draft", now="2026-05-26T09:00")
    desk.run("case", "document", CASE, "agreement", str(paper), now="2026-05-26T09:05")
    (task,) = [d["no"] for d in desk.json("deadline", "list", CASE) if d["rule"] == "confirm_commitment"]
    desk.run("deadline", "confirm", f"{CASE}/{task}", who="jonas", now="2026-05-27T09:00")
    desk.run("case", "advance", CASE, "request_approval", now="2026-05-28T09:00")
    desk.run("case", "assign", CASE, "signatory_public", "signe", "--authority", "council", now="2026-05-28T09:10")
    private = ("signatory_private", "erik@nordhavn.example.org", "--authority", "register")
    desk.run("case", "assign", CASE, *private, now="2026-05-28T09:10")
    desk.run("case", "advance", CASE, "request_signatures", *APPROVED, who="mette", now="2026-05-28T10:00")
