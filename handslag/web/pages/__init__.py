"""The pages: one file each, with its routes, its functions, and a template of the same name."""

from __future__ import annotations

from handslag.web.pages import (
    board,
    case,
    coming,
    comments,
    contacts,
    deadlines,
    demo_clock,
    documents,
    facts,
    health,
    history,
    invitation,
    mail,
    me,
    moves,
    opening,
    organisations,
    parties,
    people,
    promises,
    records,
    search,
    seats,
    sign_in,
    signing,
    today,
)

PAGES = tuple(
    module.router
    for module in (
        today,
        board,
        search,
        opening,
        organisations,
        contacts,
        case,
        moves,
        deadlines,
        signing,
        seats,
        parties,
        facts,
        records,
        comments,
        documents,
        promises,
        history,
        coming,
        mail,
        people,
        me,
        sign_in,
        invitation,
        demo_clock,
        health,
    )
)
