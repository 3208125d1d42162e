"""Words as search knows them: how a text is cut and folded for the index, what a person asked for, and where it was found.

The same on every database, because it is done here: capital letters, accents and ligatures (`ĳ`) do not count, and a Danish,
Norwegian or German letter is found by either way of writing it without (`Ålborg`: alborg, aalborg). Numbers are found with
or without the spaces, dots and dashes in them, and by their later parts (`2026-0017`); so are `A/S` and `B.V.`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_WORDS = 8
LONGEST_WORD = 40
YEAR = re.compile(r"(19|20)\d\d")
_RUN = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")
_SHORT = str.maketrans({"å": "a", "ø": "o", "æ": "ae", "ä": "a", "ö": "o", "ü": "u", "œ": "oe", "ð": "d", "þ": "th", "ł": "l"})
_LONG = _SHORT | str.maketrans({"å": "aa", "ø": "oe", "ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Word:
    """One thing asked for: found where a word begins with any of these forms, or is one of them where `whole`."""

    forms: tuple[str, ...]
    whole: bool = False

    def fits(self, known: Iterable[str]) -> bool:
        """Tell whether one of the folded words is meant."""
        return any(form == word or (not self.whole and word.startswith(form)) for word in known for form in self.forms)


def indexed(*texts: str) -> frozenset[str]:
    """Return the words under which texts are found, each in every form in which it may be asked for."""
    folded = (_fold(text, table) for text in texts for table in ((_SHORT,) if text.isascii() else (_SHORT, _LONG)))
    return frozenset(word for text in folded for word in _words(text))


def asked(text: str) -> tuple[Word, ...]:
    """Return what a person asks for, at most eight words, each of which must be found; empty where there are none.

    Groups of digits side by side are one number (`10 15 08 17`), unless they are years.
    """
    pairs = [(_fold(c, _SHORT), _fold(c, _LONG)) for c in _CHUNK.findall(unicodedata.normalize("NFKC", text))]
    found: list[Word] = []
    group = ""
    for short, long in [*pairs, ("", "")]:
        if short.isdigit() and not YEAR.fullmatch(short):
            group += short
            continue
        found += [_word(group)] if group else []
        group = ""
        runs, others = _RUN.findall(short), _RUN.findall(long)
        if _is_one(runs):
            found.append(_word("".join(runs), "".join(others), whole=not _DIGIT.search(short)))
        else:
            found += [_word(*forms) for forms in zip(runs, others, strict=False)]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def marked(text: str, words: Iterable[Word]) -> tuple[tuple[str, bool], ...]:
    """Cut a text into pieces, each with whether it is one of the words; the pieces joined are the text."""
    words = tuple(words)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for first, last in _places(text, words):
        pieces += [(text[end:first], False), (text[first:last], True)]
        end = last
    return tuple(piece for piece in (*pieces, (text[end:], False)) if piece[0])


def fitting(text: str, words: Iterable[Word]) -> frozenset[Word]:
    """Return those of the words that are found in a text."""
    known = indexed(text)
    return frozenset(word for word in words if word.fits(known))


def _word(*forms: str, whole: bool = False) -> Word:
    cut = tuple(dict.fromkeys(form[:LONGEST_WORD] for form in forms))
    return Word(cut, whole=whole or len(cut[0]) == 1)


def _is_one(runs: list[str]) -> bool:
    """Tell whether pieces between marks are one thing all the same: a number (`12.345.678`) or letters (`A/S`, `B.V.`)."""
    return len(runs) > 1 and (any(map(_DIGIT.search, runs)) or all(len(run) == 1 for run in runs))


def _places(text: str, words: tuple[Word, ...]) -> Iterator[tuple[int, int]]:
    for chunk in _CHUNK.finditer(text):
        runs = [run for run in _RUN.finditer(chunk.group()) if any(word.fits(indexed(run.group())) for word in words)]
        if runs:
            yield from ((chunk.start() + run.start(), chunk.start() + run.end()) for run in runs)
        elif any(word.fits(indexed(chunk.group())) for word in words):
            yield chunk.span()


def _fold(text: str, table: dict[int, str]) -> str:
    if text.isascii():
        return text.lower()
    composed = unicodedata.normalize("NFKC", text).casefold().translate(table)
    return "".join(c for c in unicodedata.normalize("NFKD", composed) if not unicodedata.combining(c))


def _words(folded: str) -> Iterator[str]:
    for chunk in folded.split():
        runs = _RUN.findall(chunk)
        yield from (run[:LONGEST_WORD] for run in runs)
        if _is_one(runs):
            yield from ("".join(runs[n:])[:LONGEST_WORD] for n in range(len(runs) - 1))
