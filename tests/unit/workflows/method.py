"""A small workflow that is right, and ways to make it wrong: every test of a fault changes one thing in it."""

from __future__ import annotations

from engine.declared import Version
from engine.errors import Fault
from workflows.reader import examine, read_files

METHOD = """\
workflow: small-deal
number: 1
languages: [en, da]
fallback: en
title: {en: Small deal, da: Lille aftale}
start: idea
document: agreement
period: {length: 3 years}
returned_mail: M12
roles:
  coordinator: {side: municipality, title: {en: Coordinator, da: Koordinator}}
  manager: {side: municipality, title: {en: Manager, da: Leder}}
  deputy: {side: municipality, required: false, title: {en: Deputy, da: Stedfortræder}}
  company_contact: {side: company, title: {en: Contact, da: Kontaktperson}}
  signatory: {side: company, signs: true, title: {en: Signatory, da: Underskriver}}
facts:
  cvr: {type: registration, register: CVR, title: {en: CVR number, da: CVR-nummer}}
  cvr_confirmed: {type: yes_no, title: {en: CVR confirmed, da: CVR bekræftet}}
  status: {type: text, title: {en: Register status, da: Status}}
  score: {type: number, unit: points, title: {en: Score, da: Point}}
  score_reason: {type: text, title: {en: Reason, da: Begrundelse}}
  tier:
    type: choice
    title: {en: Tier, da: Niveau}
    choices: {starter: {en: Starter, da: Begynder}, standard: {en: Standard, da: Standard}}
  agreement: {type: document, title: {en: Agreement, da: Aftale}}
  signed_on: {type: date, title: {en: Signed on, da: Underskrevet}}
  ends_on: {type: date, title: {en: Ends on, da: Slutter}}
  restart_on: {type: date, title: {en: Restart, da: Genstart}}
  year_end: {type: text, title: {en: Year end, da: Årsslut}}
records:
  commitments:
    title: {en: Commitments, da: Forpligtelser}
    side: company
    owner: company_contact
    due: due_on
    ladder: item
    during: [active]
    reviewer: coordinator
    answer_within: 10 wd
    fields:
      title: {type: text, required: true, title: {en: Title, da: Titel}}
      due_on: {type: date, title: {en: Due, da: Frist}}
      confirmed_on: {type: date, title: {en: Confirmed, da: Bekræftet}}
      kind:
        type: choice
        title: {en: Kind, da: Slags}
        choices: {energy: {en: Energy, da: Energi}, travel: {en: Travel, da: Rejser}}
  signatures:
    title: {en: Signatures, da: Underskrifter}
    fields:
      seat: {type: text, title: {en: Seat, da: Plads}}
      document_hash: {type: text, title: {en: Hash, da: Hash}}
      method: {type: text, title: {en: Method, da: Måde}}
      signed_on: {type: date, title: {en: Day, da: Dag}}
ladders:
  item:
    - {at: -5 wd, mail: M08}
    - {at: 0 wd, mail: M08}
    - {at: 5 wd, mail: M09, to: [owner, deputy]}
    - {at: 10 wd, mail: M09, to: [manager], escalates: true, task: call}
guards:
  registered: {function: registration_noted, with: {number: cvr, status: status}, can: [coordinator]}
  enough: {function: records_at_least, with: {list: commitments, n: 2, complete: [title, due_on]}, can: [coordinator]}
  scored: {function: fact_at_least, with: {fact: score, minimum: 60, unless: score_reason}, can: [manager]}
  frozen: {function: document_frozen, can: [coordinator]}
  all_signed: {function: all_signed, can: [signatory]}
  saves_energy:
    cel: "commitments.exists(c, c.kind == 'energy')"
    can: [coordinator]
    needs: {en: a commitment that saves energy, da: en forpligtelse der sparer energi}
tasks:
  call: {title: {en: Call, da: Ring}, owner: coordinator, within: 5 wd}
  sign: {title: {en: Sign, da: Underskriv}, for_each: "seats:signatory", closes_by: sign, ladder: item}
  confirm:
    title: {en: Confirm, da: Bekræft}
    for_each: "records:commitments"
    marks: confirmed_on
    within: 10 wd
phases:
  idea:
    title: {en: Idea, da: Idé}
    owner: coordinator
    stay: 20 wd
    ladder: item
  signing:
    title: {en: Signing, da: Underskrift}
    owner: coordinator
    stay: 10 wd
    ladder: [{at: 3 wd, mail: M09}]
    tasks: [sign]
  active: {title: {en: Active, da: Aktiv}, signed: true}
  paused: {title: {en: Paused, da: Pause}, owner: manager, until: restart_on, stops_clocks: true, ladder: item}
  done: {title: {en: Done, da: Færdig}, ending: done}
  dropped: {title: {en: Dropped, da: Opgivet}, ending: dropped}
transitions:
  propose:
    code: T1
    title: {en: Propose, da: Foreslå}
    from: idea
    to: signing
    by: coordinator
    guards: [registered, scored, {enough: {n: 1}}, saves_energy]
    asks: [tier]
    mails: [{code: M01, to: [company_contact]}]
    tasks: [confirm]
    effects: [freeze]
  activate:
    code: T2
    title: {en: Activate, da: Aktivér}
    from: signing
    to: active
    by: [system]
    automatic: {on: signed}
    guards: [frozen, all_signed]
    effects: [start_period]
  pause:
    title: {en: Pause, da: Sæt på pause}
    from: active
    to: paused
    by: [manager]
    reason_required: true
    requires: [restart_on]
    pauses: pause
  resume: {title: {en: Resume, da: Genoptag}, from: paused, to: active, by: [manager], clears: [restart_on], pauses: resume}
  finish: {title: {en: Finish, da: Afslut}, from: active, to: done, by: [system], automatic: {date: ends_on}}
  drop: {title: {en: Drop, da: Opgiv}, from: [idea, signing], to: dropped, by: [coordinator, manager], completes: false}
followups:
  F1:
    title: {en: Pulse, da: Status}
    anchor: {calendar: ["03-31", "09-30"]}
    first: full_period
    owner: company_contact
    ladder: item
    reviewer: coordinator
  F2: {title: {en: Account, da: Regnskab}, anchor: {financial_year: year_end}, offset: 5 months, owner: company_contact}
  F3: {title: {en: Meeting, da: Møde}, anchor: {after: F2}, offset: 1 month, owner: coordinator}
outcomes: {done: {en: Done, da: Færdig}, dropped: {en: Dropped, da: Opgivet}}
retention: {done: 5 years, dropped: 12 months}
"""

MAILS = {
    f"mails/{code}.{language}": f"{subject} {code}\n\n{{{{ company }}}}: {{{{ phase }}}}\n"
    for code in ("M01", "M08", "M09", "M12")
    for language, subject in (("en", "About"), ("da", "Om"))
}


def folder(method: str = METHOD, **mails: str) -> dict[str, str]:
    """Return the files of the small workflow; mails by `M08_en`, an empty text taking the file away."""
    files = {"workflow.yaml": method, **MAILS, **{f"mails/{key.replace('_', '.')}": text for key, text in mails.items()}}
    return {name: text for name, text in files.items() if text}


def changed(old: str, new: str) -> str:
    """Return the method with one passage changed."""
    assert METHOD.count(old) == 1, f"{METHOD.count(old)} times: {old}"
    return METHOD.replace(old, new)


def version(method: str = METHOD) -> Version:
    """Return the small workflow as the engine sees it."""
    return read_files(folder(method))


def faults(method: str, **mails: str) -> tuple[Fault, ...]:
    """Return the faults of a changed workflow."""
    return examine(folder(method, **mails)).faults


def line_of(method: str, passage: str) -> int:
    """Return the number of the first line with a passage."""
    return next(n for n, line in enumerate(method.splitlines(), start=1) if passage in line)
