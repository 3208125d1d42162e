"""One change to a sound method, one fault: its code, its place, and what it says."""

from __future__ import annotations

import pytest

from tests.unit.workflows.method import METHOD, changed, faults, line_of

NAMES = [
    ("start: idea", "start: idee", "unknown_phase", "did you mean 'idea'?"),
    ("document: agreement", "document: agrement", "unknown_fact", "did you mean 'agreement'?"),
    ("by: coordinator", "by: cordinator", "unknown_role", "did you mean 'coordinator'?"),
    ("asks: [tier]", "asks: [teir]", "unknown_fact", "did you mean 'tier'?"),
    ("requires: [restart_on]", "requires: [restart_no]", "unknown_fact", "did you mean 'restart_on'?"),
    ("clears: [restart_on]", "clears: [restart_no]", "unknown_fact", "did you mean 'restart_on'?"),
    ("effects: [freeze]", "effects: [freze, freeze]", "unknown_effect", "did you mean 'freeze'?"),
    ("tasks: [sign]", "tasks: [sing, sign]", "unknown_task", "did you mean 'sign'?"),
    ("from: signing\n    to: active", "from: signing\n    to: activ", "unknown_phase", "did you mean 'active'?"),
    ("guards: [frozen, all_signed]", "guards: [frozen, all_singed]", "unknown_guard", "did you mean 'all_signed'?"),
    ("stay: 20 wd\n    ladder: item", "stay: 20 wd\n    ladder: itm", "unknown_ladder", "did you mean 'item'?"),
    ("code: M01", "code: M10", "unknown_mail", "write mails/M10.en, mails/M10.da"),
    ("returned_mail: M12", "returned_mail: M13", "unknown_mail", "did you mean 'M12'?"),
    ("task: call", "task: cal", "unknown_task", "did you mean 'call'?"),
    ("to: [owner, deputy]", "to: [owner, deputies]", "unknown_role", "did you mean 'deputy'?"),
    ("to: [company_contact]", "to: [owner]", "owner_of_nothing", "name a role"),
    ("to: [company_contact]", "to: []", "mail_to_nobody", "name at least one seat"),
    ("to: [owner, deputy]", "to: [owner, owner]", "listed_twice", "'owner' stands in this list twice"),
    ("    owner: company_contact\n    due", "    owner: 'field:'\n    due", "unknown_person_field", "'(nothing)'"),
    ('for_each: "records:commitments"', 'for_each: "records:commitment"', "unknown_list", "did you mean 'commitments'?"),
    ('for_each: "records:commitments"', "for_each: everybody", "bad_for_each", "neither 'seats:"),
    ("ending: done}", "ending: don}", "unknown_outcome", "did you mean 'done'?"),
    ("retention: {done:", "retention: {donee:", "unknown_outcome", "did you mean 'done'?"),
    ("until: restart_on", "until: restart", "unknown_fact", "did you mean 'restart_on'?"),
    ("from: [idea, signing]", "from: [idea, idea]", "listed_twice", "stands in this list twice"),
    ("code: T2", "code: T1", "duplicate_code", "is taken by 'propose'"),
    ("  manager: {side", "  unsigned: {side", "reserved_name", "a word of seat specs"),
    ("  signatures:\n", "  score:\n", "duplicate_name", "is a fact already"),
    ("during: [active]", "during: [activ]", "unknown_phase", "did you mean 'active'?"),
    ("anchor: {after: F2}", "anchor: {after: F9}", "unknown_followup", "not a declared followup"),
]
LABELS = [
    ("title: {en: Idea, da: Idé}", "title: {en: Idea}", "label_language_missing", "missing in da"),
    ("{en: Starter, da: Begynder}", "{en: Starter}", "label_language_missing", "missing in da"),
    ("title: {en: Idea, da: Idé}", "title: {en: Idea, da: Idé, nl: Idee}", "undeclared_language", "'nl' is not declared"),
    ("fallback: en", "fallback: nl", "undeclared_language", "'nl' is not one of the languages"),
    ("languages: [en, da]", "languages: [en, da, en]", "listed_twice", "'en' stands in this list twice"),
    ("    needs: {en: a commitment that saves energy, da: en forpligtelse der sparer energi}\n", "", "no_needs", "'needs'"),
]
PHASES = [
    (
        "from: [idea, signing], to: dropped",
        "from: [idea, signing], to: done",
        "unreachable_phase",
        "'dropped' cannot be reached",
    ),
    ("from: paused, to: active", "from: active, to: active", "no_way_out", "'paused' has no way out"),
    ("    owner: coordinator\n    stay: 20 wd\n    ladder: item", "    owner: coordinator", "silent_phase", "for ever without"),
    ("    owner: coordinator\n    stay: 20 wd", "    owner: coordinator", "ladder_without_due", "is never due"),
    ("    owner: coordinator\n    stay: 20 wd", "    stay: 20 wd", "no_owner", "give it an 'owner' role"),
    ("stay: 20 wd", "stay: 20 wd\n    until: restart_on", "two_due_dates", "exclude each other"),
    ("ending: dropped}", "ending: dropped, stay: 5 wd}", "ending_with_deadline", "cannot have 'stay'"),
    ("until: restart_on", "until: score", "not_a_date", "name a date fact"),
    ("stay: 20 wd", "stay: -20 wd", "negative_term", "ends before it begins"),
]
MOVES = [
    ("from: [idea, signing]", "from: [idea, done]", "out_of_an_ending", "'done' ends a case"),
    ("completes: false}", "reopens: true}", "reopens_nothing", "none of its phases is one"),
    ("by: coordinator\n", "by: []\n", "nobody_may", "name at least one role"),
    ("by: coordinator\n", "by: [system]\n", "system_without_automatic", "only when 'automatic' says when"),
    ("by: [system]\n    automatic", "by: [manager]\n    automatic", "automatic_without_system", "add 'system'"),
    ("automatic: {on: signed}", "automatic: {on: singed}", "unknown_event", "did you mean 'signed'?"),
    ("automatic: {date: ends_on}", "automatic: {date: score}", "not_a_date", "name a date fact"),
    ("automatic: {date: ends_on}", "automatic: {date: ends_on, on: signed}", "automatic_unclear", "exactly one"),
    ("automatic: {date: ends_on}", "automatic: {date: ends_on, offset: 5 wd}", "offset_in_working_days", "calendar time"),
    ("    requires: [restart_on]\n", "", "pause_without_until", "add 'restart_on' to 'requires'"),
    ("stops_clocks: true, ", "", "pause_without_stop", "'stops_clocks: true'"),
    ("from: paused, to: active", "from: [paused, active], to: active", "", ""),
]
LADDERS = [
    ("at: -5 wd", "at: -25 wd", "rung_before_start", "before 'idea' begins: stay is 20 wd"),
    ("at: -5 wd", "at: -5 weeks", "rung_before_start", "before 'idea' begins: stay is 20 wd"),
    ("at: -5 wd", "at: 1 wd", "rungs_out_of_order", "0 wd comes before 1 wd"),
    ("{at: 0 wd, mail: M08}", "{at: -5 wd, mail: M08}", "rung_twice", "stands in the ladder twice"),
    ("{at: -5 wd, mail: M08}", "{at: -5 wd}", "empty_rung", "does nothing"),
    ("[{at: 3 wd, mail: M09}]", "[]", "empty_ladder", "at least one rung"),
    ("owner: coordinator, within: 5 wd", "owner: coordinator", "task_without_due", "give it 'within'"),
    ("task: call", "task: confirm", "task_without_owner", "one task for one owner"),
]
OWED = [
    ("offset: 1 month, owner: coordinator", "offset: 1 month", "no_owner", "give it an 'owner' role"),
    ("anchor: {after: F2}", "anchor: {after: F3}", "anchor_circle", "one of them must have a date"),
    ("anchor: {after: F2}", "anchor: {after: F2, fact: signed_on}", "anchor_unclear", "given: fact, after"),
    ("anchor: {after: F2}", "anchor: {}", "anchor_unclear", "given: none"),
    ("anchor: {after: F2}", "anchor: {halfway: [signed_on]}", "anchor_unclear", "needs two date facts"),
    ("anchor: {after: F2}", "anchor: {fact: score}", "not_a_date", "name a date fact"),
    ("financial_year: year_end", "financial_year: ends_on", "not_a_text", "name a text fact"),
    ("first: full_period", "first: sometime", "bad_first", "next, full_period, or a term"),
    ("first: full_period", "repeat: 1 year", "repeats_by_itself", "an anchor that is a date fact"),
    ('["03-31", "09-30"]', '["03-32"]', "bad_name", "'03-32'"),
    ("    due: due_on\n", "    due: title\n", "unknown_date_field", "known: confirmed_on, due_on"),
    ("    owner: company_contact\n    due: due_on\n", "    due: due_on\n", "no_owner", "give the list an 'owner'"),
    ("    owner: company_contact\n    due", "    owner: field:who\n    due", "unknown_person_field", "'who'"),
    ("    reviewer: coordinator\n    answer_within", "    answer_within", "no_reviewer", "name a role in 'reviewer'"),
    ("    due: due_on\n", "", "ladder_without_due", "name a date field in 'due'"),
    ("marks: confirmed_on", "marks: confirmed", "unknown_date_field", "did you mean 'confirmed_on'?"),
    ('for_each: "seats:signatory"', 'for_each: "seats:manager"', "nobody_signs", "'signs: true'"),
    ("owner: coordinator, within: 5 wd", "within: 5 wd", "no_owner", "give it an 'owner'"),
    (
        "    choices: {starter: {en: Starter, da: Begynder}, standard: {en: Standard, da: Standard}}\n",
        "",
        "no_choices",
        "choice",
    ),
    ("register: CVR, ", "", "no_register", "'register: CVR'"),
    ("type: number, unit: points", "type: text, unit: points", "not_of_this_type", "belongs to the type 'number'"),
]
AGREEMENT = [
    ("document: agreement", "document: tier", "not_a_document", "name a document fact"),
    ("document: agreement\n", "", "no_document", "name its fact in 'document'"),
    ("period: {length: 3 years}", "period: {length: 3 years, ends: tier}", "not_a_date", "name a date fact"),
    ("period: {length: 3 years}", "period: {length: 3 years, ends: end}", "unknown_fact", "did you mean 'ends_on'?"),
    ("period: {length: 3 years}", "period: {length: 300 wd}", "bad_period", "no calendar time"),
    ("period: {length: 3 years}\n", "", "no_period", "needs 'period'"),
    ("    effects: [freeze]\n", "", "never_frozen", "no transition has the effect 'freeze'"),
    ("  signatures:\n", "  autographs:\n", "no_signatures", "declare the record list 'signatures'"),
    ("seat: {type: text", "seat: {type: number", "signature_field", "writes the field 'seat' of type text"),
]
GUARDS = [
    ("function: document_frozen", "function: document_frosen", "unknown_function", "did you mean 'document_frozen'?"),
    ("status: status}", "state: status}", "unknown_parameter", "did you mean 'status'?"),
    ("status: status}", "status: state}", "unknown_fact", "did you mean 'status'?"),
    (", status: status}", "}", "missing_parameter", "needs the parameter 'status'"),
    ("minimum: 60", "minimum: sixty", "wrong_value", "expected a number"),
    ("fact: score,", "fact: tier,", "wrong_type", "name one of type number"),
    ("{enough: {n: 1}}", "{enough: {n: 0}}", "wrong_value", "1 or more"),
    ("{enough: {n: 1}}", "{enough: {m: 1}}", "unknown_parameter", "no parameter 'm'"),
    ("{enough: {n: 1}}", "{enough: {n: 3, distinct: kind}}", "never_met", "has only 2 choices"),
    ("{enough: {n: 1}}", "{enough: {where: {kind: solar}}}", "never_met", "'kind' is never 'solar'"),
    ("complete: [title, due_on]", "complete: [titel, due_on]", "unknown_field", "did you mean 'title'?"),
    ("function: all_signed", "function: all_signed, with: {roles: [manager]}", "role_does_not_sign", "'signs: true'"),
    ("function: all_signed", "function: fact_is, with: {fact: tier, value: gold}", "never_met", "'tier' is never 'gold'"),
    ("function: all_signed", "function: date_reached, with: {fact: tier}", "wrong_type", "name one of type date"),
    ("function: all_signed", "function: seats_filled, with: {seats: [boss]}", "unknown_role", "'boss'"),
    ("function: all_signed", "function: nothing_overdue, with: {longer_than: long}", "bad_term", "is not a term"),
    ("function: all_signed", "function: something_overdue, with: {rules: [F7]}", "unknown_rule", "known: F1, F2"),
    ("  cvr_confirmed: {type: yes_no,", "  cvr_checked: {type: yes_no,", "no_confirmation", "'cvr_confirmed' of type yes_no"),
    ("function: all_signed", 'function: all_signed, cel: "true"', "guard_unclear", "exactly one of them"),
    ("can: [signatory]", "can: [signatories]", "unknown_role", "did you mean 'signatory'?"),
    ("c.kind == 'energy'", "c.sort == 'energy'", "unknown_field", "has no field 'sort'"),
    ("commitments.exists(c", "commitment.exists(c", "unknown_fact", "did you mean 'commitments'?"),
    ("c.kind == 'energy'", "c.kind == ", "cel_syntax", "column"),
    ("c.kind == 'energy'", "commitments.all(d, d.kind == c.kind)", "cel_nested", "within another"),
    ("c.kind == 'energy'", f"c.kind == '{'x' * 500}'", "cel_too_long", "at most 500"),
    ("commitments.exists(c, c.kind == 'energy')", "size(commitments)", "cel_fails", "neither true nor false"),
    ("commitments.exists(c, c.kind == 'energy')", "lower(tier) == 'x'", "unknown_function", "'lower' is not a function"),
]
ALL = [*NAMES, *LABELS, *PHASES, *MOVES, *LADDERS, *OWED, *AGREEMENT, *GUARDS]


@pytest.mark.parametrize(("old", "new", "code", "says"), ALL, ids=[f"{code or 'sound'}: {new[:40]}" for _, new, code, _ in ALL])
def test_change_is_found_and_named(old: str, new: str, code: str, says: str) -> None:
    found = faults(changed(old, new))

    if not code:
        assert found == ()
        return
    right = [fault for fault in found if fault.code == code and says in fault.sentence]
    assert right, "\n".join(map(str, found))
    assert right[0].place.startswith("workflow/workflow.yaml:")


def test_fault_stands_at_line_and_column() -> None:
    method = changed("by: coordinator\n", "by: [manager, cordinator]\n")

    (fault,) = faults(method)

    assert fault.place == f"workflow/workflow.yaml:{line_of(method, 'cordinator')}:19"


def test_faults_of_all_kinds_come_together() -> None:
    method = METHOD.replace("start: idea", "start: idee").replace("da: Idé}", "dk: Idé}").replace("minimum: 60", "minimum: x")

    codes = {fault.code for fault in faults(method, M08_da="")}

    assert {"unknown_phase", "label_language_missing", "undeclared_language", "wrong_value", "mail_language_missing"} <= codes


def test_two_automatic_moves_at_once_are_refused() -> None:
    method = changed(
        "from: [idea, signing], to: dropped, by: [coordinator, manager]", "from: active, to: dropped, by: [system]"
    )
    method = method.replace("completes: false}", "automatic: {date: ends_on}}")

    assert "ambiguous_automatic" in {fault.code for fault in faults(method)}


def test_two_automatic_moves_under_different_guards_pass() -> None:
    method = changed(
        "from: [idea, signing], to: dropped, by: [coordinator, manager]", "from: active, to: dropped, by: [system]"
    )
    method = method.replace("completes: false}", "automatic: {date: ends_on}, guards: [scored]}")

    assert "ambiguous_automatic" not in {fault.code for fault in faults(method)}


def test_guards_that_exclude_each_other_are_refused() -> None:
    method = changed("guards: [frozen, all_signed]", "guards: [frozen, all_signed, missing]")
    method = method.replace("  frozen: {", "  missing: {function: a_signature_missing, can: [coordinator]}\n  frozen: {")

    assert [fault.code for fault in faults(method)] == ["never_met"]


def test_a_move_that_reopens_may_leave_an_ending() -> None:
    method = changed("from: [idea, signing], to: dropped", "from: [idea, signing, done], to: dropped")
    method = method.replace("completes: false}", "reopens: true}")

    assert faults(method) == ()


def test_an_escalation_without_a_manager_is_refused() -> None:
    method = METHOD.replace("manager", "chief")

    assert {fault.code for fault in faults(method)} == {"no_manager"}


def test_phases_from_which_no_ending_can_be_reached_are_refused() -> None:
    method = changed("from: active, to: done, by: [system], automatic: {date: ends_on}", "from: idea, to: done, by: [manager]")

    trapped = [fault.sentence.split("'")[1] for fault in faults(method) if fault.code == "no_way_to_an_ending"]
    assert trapped == ["active", "paused"]


def test_waiting_for_signatures_that_nobody_gives_is_refused() -> None:
    codes = {fault.code for fault in faults(changed("signs: true, ", ""))}

    assert {"nobody_signs", "never_met"} <= codes
