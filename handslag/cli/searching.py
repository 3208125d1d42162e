"""`search`: cases by number, company, registration number, contact, or the words of a comment."""

from __future__ import annotations

from typing import Annotated

import typer

from handslag.cli.desk import Desk
from handslag.cli.options import InProgramme
from handslag.cli.printing import note, print_json, table

app = typer.Typer(rich_markup_mode=None)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="Words, or their first letters; all must be found.")],
    programme: InProgramme = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, newest first.")] = 20,
) -> None:
    """Find cases by number, company, registration number, contact, or what was commented; newest first.

    Letters count without accents (Ålborg: alborg, aalborg), numbers with or without spaces and dots.
    """
    from collections.abc import Sequence

    from engine.policy import reach
    from engine.ports import Tx
    from engine.search_words import asked
    from handslag.cli.people import readable
    from storage.search_hits import Hit, hits

    desk = Desk(context)
    wanted = asked(" ".join(words))

    def ask(tx: Tx) -> Sequence[Hit]:
        mine = reach(desk.who, [found for found, _ in readable(desk, tx, programme)])
        return hits(tx, mine, wanted, limit=limit)

    found = desk.read(ask)
    if desk.as_json:
        print_json([{name: value for name, value in hit._asdict().items() if name != "id"} for hit in found])
        return
    rows = [
        (h.number, h.title, h.outcome or h.phase, "; ".join(f"{f.place}: {' '.join(f.text.split())[:80]}" for f in h.finds))
        for h in found
    ]
    table(("case", "title", "phase", "found in"), rows, empty="no case has all of these words; fewer words find more")
    if len(found) == limit:
        note(f"only the newest {limit} are shown; --limit shows more")
