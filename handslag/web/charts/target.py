"""A target over time: agreements signed, those expected at the usual and at a slow pace, and the mark to reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handslag.web.charts.scale import Amounts, Days
from handslag.web.charts.svg import WIDE, Drawn, chart, el, hatch, path

TOP, BOTTOM, LEFT, RIGHT = 30, 30, 34, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is drawn. signed, usual, slow: days of signing, in order; mark: how many are wanted by `last`."""

    key: str
    title: str
    told: str
    mark: int
    first: date
    last: date
    today: date
    signed: Sequence[date]
    usual: Sequence[date]
    slow: Sequence[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseWords:
    """The words in the picture, in the reader's language. day: short form of a date."""

    today: str
    mark: str
    signed: str
    likely: str
    day: Callable[[date], str]


def target_chart(course: Course, words: CourseWords, width: int) -> Drawn:
    """Draw the course of a target."""
    height = 300 if width == WIDE else 250
    span = (course.last - course.first).days
    days = Days(first=course.first, last=course.last + timedelta(days=max(7, span // 10)), left=LEFT, right=width - RIGHT)
    most = max(course.mark, len(course.signed) + len(course.usual)) + 1
    amounts = Amounts(most=most, zero=height - BOTTOM, end=TOP)
    now = min(max(course.today, course.first), days.last)
    done = len(course.signed)
    usual, slow = (_steps(now, done, line, days.last) for line in (course.usual, course.slow))
    band = [(days.at(d), amounts.at(n)) for d, n in (*usual, *reversed(slow))]
    solid = _steps(course.first, 0, course.signed, now)
    name = f"{course.key}-{width}-hatch"
    drawn = [
        el("defs", hatch(name, "stripe")),
        *_grid(course, words, days, amounts, width, height),
        el("path", d=path(band, close=True), class_="band"),
        el("path", d=path(band, close=True), fill=f"url(#{name})"),
        el("path", d=path([(days.at(d), amounts.at(n)) for d, n in usual]), class_="line expected"),
        el("path", d=path([(days.at(d), amounts.at(n)) for d, n in solid]), class_="line signed"),
        *_dots(course, words, days, amounts, now),
    ]
    return chart(course.key, course.title, course.told, *drawn, width=width, height=height)


def _steps(start: date, done: int, line: Sequence[date], until: date) -> list[tuple[date, int]]:
    """Return the corners of a staircase that rises by one on each day of a line, level from the last one until a day."""
    found = [(start, done)]
    for day in (day for day in line if day <= until):
        found += [(day, done), (day, done + 1)]
        done += 1
    return [*found, (until, done)]


def _grid(course: Course, words: CourseWords, days: Days, amounts: Amounts, width: int, height: int) -> list[Drawn]:
    right, floor = width - RIGHT, height - BOTTOM
    drawn = []
    for mark in amounts.marks():
        at = amounts.at(mark)
        drawn += [
            el("line", x1=LEFT, x2=right, y1=at, y2=at, class_="grid"),
            el("text", str(mark), x=LEFT - 8, y=at + 4, text_anchor="end", class_="axis"),
        ]
    for day in days.months(74):
        at = days.at(day)
        drawn += [
            el("line", x1=at, x2=at, y1=floor, y2=floor + 5, class_="tick"),
            el("text", words.day(day), x=max(at, LEFT + 4), y=floor + 19, text_anchor="middle", class_="axis"),
        ]
    goal, end, now = amounts.at(course.mark), days.at(course.last), days.at(course.today)
    drawn += [
        el("line", x1=LEFT, x2=end, y1=goal, y2=goal, class_="goal"),
        el("line", x1=end, x2=end, y1=TOP - 8, y2=floor, class_="goal"),
        el("text", words.mark, x=LEFT + 6, y=goal - 7, class_="label"),
        el("text", words.day(course.last), x=min(end + 4, width - 2), y=TOP - 14, text_anchor="end", class_="label"),
    ]
    if course.first < course.today < course.last:
        drawn.append(el("line", x1=now, x2=now, y1=TOP + 2, y2=floor, class_="now"))
        if end - now > 130:
            drawn.append(el("text", words.today, x=now, y=TOP - 3, text_anchor="middle", class_="axis"))
    return drawn


def _dots(course: Course, words: CourseWords, days: Days, amounts: Amounts, now: date) -> list[Drawn]:
    done = len(course.signed)
    likely = done + sum(day <= course.last for day in course.usual)
    x, y = days.at(now), amounts.at(done)
    drawn = [
        el("circle", cx=x, cy=y, r=4.5, class_="dot signed"),
        el("text", words.signed, x=max(x - 9, LEFT + 66), y=y - 9, text_anchor="end", class_="label strong"),
    ]
    if course.today < course.last:
        end, top = days.at(course.last), amounts.at(likely)
        diamond = [(end, top - 6), (end + 6, top), (end, top + 6), (end - 6, top)]
        drawn += [
            el("path", d=path(diamond, close=True), class_="dot expected"),
            el("text", words.likely, x=end - 11, y=top + (20 if likely >= course.mark else -9), text_anchor="end",
               class_="label strong"),
        ]  # fmt: skip
    return drawn
