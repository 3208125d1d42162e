"""The referee: reads the database, what the mail server saw and what callers meant to do, and names what went wrong.

Shares no code with the engine: plain SQL, the standard library, and the checker of the storage contract, which is as strange.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.contracts.checker import Facts, Row, days, history, promises, rows_of
from tests.faults.campaign.mailserver import Seen

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLACK = timedelta(minutes=5)


@dataclass
class Verdict:
    """What a world came to. faults: everything that contradicts a promise; counts: figures for the table.

    seen, end: what the mail server saw, and the instant at which the world came to rest.
    """

    seen: Sequence[Seen] = ()
    end: datetime = EPOCH
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def judge(url: str, folder: Path, seen: Sequence[Seen], end: datetime, tries: int) -> Verdict:
    """Judge a world that has come to rest at an instant. tries: how often a mail is tried before it is given up."""
    facts = Facts(url)
    due = {
        (case, no): (EPOCH + timedelta(microseconds=at), why)
        for case, no, at, why in rows_of(url, "SELECT case_id, no, due_at, why FROM promise")
    }
    verdict = Verdict(seen=seen, end=end)
    verdict.faults += [*history(facts), *promises(facts), *days(facts)]
    verdict.faults += [*_ends(facts, due, end), *_mails(facts, due, seen), *_failed(facts, url, tries), *_script(url, folder)]
    verdict.counts.update(f"promises {state}" for _, _, state, _ in facts.promises)
    verdict.counts["mails seen by the server"] = len(seen)
    verdict.counts["mails seen more than once"] = len(seen) - len({mail.id for mail in seen})
    verdict.counts["tries noted"] = len(facts.attempts)
    verdict.counts["entries verified"] = len(facts.history)
    return verdict


def _ends(facts: Facts, due: dict[tuple[int, int], tuple[datetime, str]], end: datetime) -> Iterator[str]:
    """Lost: due and not handled. Unexplained: ended without a reason."""
    for case, no, state, _ in facts.promises:
        at, why = due[case, no]
        if state in ("planned", "queued") and at < end - SLACK:
            yield f"lost: promise {case}/{no} fell due at {at} and is still {state} at {end}"
        if state not in ("planned", "queued") and not why:
            yield f"unexplained: promise {case}/{no} is {state} without a reason"


def _mails(facts: Facts, due: dict[tuple[int, int], tuple[datetime, str]], seen: Sequence[Seen]) -> Iterator[str]:
    carried: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for message, case, no in facts.links:
        carried[message].append((case, no))
    times, told = Counter(mail.id for mail in seen), {mail.id for mail in seen if mail.told}
    tried = Counter(message for message, outcome in facts.attempts if outcome == "sent")
    known: dict[str, Row] = {message[0]: message for message in facts.messages}
    for key, (_, state, _, _, uncertain, address, _, text) in known.items():
        if state == "sent" and not times[key]:
            yield f"lost: message {key} is noted as sent and the server never had it"
        if times[key] > 1 and not uncertain:
            yield f"doubled: message {key} came {times[key]} times and nothing says that it was uncertain"
        if key in told and state != "sent" and not uncertain:
            yield f"unexplained: the server took {key}, which is {state}"
        if tried[key] > times[key]:
            yield f"unexplained: message {key} was noted as taken {tried[key]} times, came {times[key]} times"
        for mail in (mail for mail in seen if mail.id == key) if times[key] else ():
            if mail.to != address or mail.text.split() != text.split():
                yield f"unexplained: message {key} came to {mail.to}, or in words that are not its own"
    for mail in seen:
        if mail.id not in known:
            yield f"unexplained: the server saw {mail.id}, which is no message"
        for promise in carried[mail.id]:
            if due[promise][0] > mail.latest:
                yield f"early: promise {promise} was due at {due[promise][0]}, and came at {mail.latest}"


def _failed(facts: Facts, url: str, tries: int) -> Iterator[str]:
    """A mail is given up for a lasting no of the server, or after every try."""
    noted = Counter(message for message, _ in facts.attempts)
    codes = defaultdict(set)
    for message, code in rows_of(url, "SELECT message_id, code FROM attempt"):
        codes[message].add(code // 100)
    for message, state, *_ in facts.messages:
        if state == "failed" and 5 not in codes[message] and noted[message] < tries:
            yield f"lost: message {message} was given up after {noted[message]} tries without a lasting no"


def _script(url: str, folder: Path) -> Iterator[str]:
    """Hold what callers meant to do against history: answered is done once, unanswered at most once, refused never."""
    said: dict[str, tuple[str, str, str]] = {}
    for path in sorted(folder.glob("script-*.jsonl")):
        for line in path.read_text().splitlines():
            told = json.loads(line)
            said[told["mark"]] = (told["act"], told["case"], told["said"])
    comments = Counter(value for (value,) in rows_of(url, "SELECT value FROM private_text WHERE path = '/reason'"))
    moves = Counter(
        number for (number,) in rows_of(
            url, "SELECT cases.number FROM history JOIN cases ON cases.id = case_id WHERE transition = 'finish'"
        )
    )  # fmt: skip
    finished: dict[str, Counter[str]] = defaultdict(Counter)
    for mark, (act, case, answer) in said.items():
        if act == "finish":
            finished[case][answer] += 1
        elif not {"done": 1, "refused": 0}.get(answer, 0) <= comments[mark] <= (answer != "refused"):
            yield f"script: comment {mark} was {answer} and stands {comments[mark]} times"
    for case in {*finished, *moves}:
        certain, perhaps = finished[case]["done"], finished[case]["unknown"] + finished[case]["begun"]
        if moves[case] > 1 or not certain <= moves[case] <= certain + perhaps:
            yield f"script: {case} was finished {moves[case]} times, answered {certain}, unanswered {perhaps}"
