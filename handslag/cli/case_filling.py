"""`case set|record|document|comment|sign`: what a case knows, and what is said about it."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import Annotated

import typer

from engine.acts import AddRecord, ChangeRecord, Comment, FreezeDocument, SetFacts, Sign
from engine.errors import EnvironmentFault
from engine.ports import Document
from handslag.cli.desk import Desk
from handslag.cli.given import read_address, read_pairs
from handslag.cli.options import Address, Change, Number, Reason, Values, changing

app = typer.Typer(rich_markup_mode=None)
record_app = typer.Typer(rich_markup_mode=None, help="Add, change or void entries in the declared lists of a case.")
app.add_typer(record_app, name="record")


@app.command("set")
@changing
def set_(context: typer.Context, case: Number, values: Values = None, reason: Reason = "", *, change: Change) -> None:
    """Set facts of a case as KEY=VALUE; an empty value takes the fact away."""
    from handslag.cli.doing import do

    do(Desk(context), case, SetFacts(facts=read_pairs(values), reason=reason), change)


@record_app.command("add")
@changing
def record_add(
    context: typer.Context,
    case: Number,
    list_key: Annotated[str, typer.Argument(metavar="LIST", help="Key of the list, e.g. visits.", show_default=False)],
    values: Values = None,
    *,
    change: Change,
) -> None:
    """Add an entry to a list: a visit, a commitment, a comment on the draft …"""
    from handslag.cli.doing import do

    do(Desk(context), case, AddRecord(list=list_key, values=read_pairs(values)), change)


@record_app.command("change")
@changing
def record_change(
    context: typer.Context, address: Address, values: Values = None, reason: Reason = "", *, change: Change
) -> None:
    """Change fields of an entry; a date that moves moves what is owed on it."""
    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, ChangeRecord(no=no, values=read_pairs(values), reason=reason), change)


@record_app.command("void")
@changing
def record_void(context: typer.Context, address: Address, reason: Reason = "", *, change: Change) -> None:
    """Void an entry; it stays readable, and what was owed on it is cancelled."""
    from handslag.cli.doing import do

    number, no = read_address(address)
    do(Desk(context), number, ChangeRecord(no=no, void=True, reason=reason), change)


@app.command()
@changing
def document(
    context: typer.Context,
    case: Number,
    fact: Annotated[str, typer.Argument(metavar="FACT", help="Document fact of the workflow, e.g. agreement.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to store and lay there.", show_default=False)],
    *,
    change: Change,
) -> None:
    """Store a file by its hash and lay it into a document fact."""
    from handslag.cli.doing import do

    desk = Desk(context)
    stored = _document(file)
    if not change.dry_run:
        _may_store(desk, case)
        desk.run(lambda tx: tx.save_document(stored, desk.house.clock.now()))
    do(desk, case, FreezeDocument(fact=fact, hash=stored.hash, name=stored.name), change)


def _may_store(desk: Desk, case: str) -> None:
    from engine.policy import require
    from handslag.cli.case_view import view_of

    require(desk.read(lambda tx: view_of(desk, tx, case)).actor, "document")


def _document(file: Path) -> Document:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EnvironmentFault(f"cannot read {file}: {error.strerror}") from error
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Document(hash=hashlib.sha256(content).hexdigest(), name=file.name, media_type=media_type, content=content)


@app.command()
@changing
def comment(
    context: typer.Context,
    case: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False)],
    *,
    change: Change,
) -> None:
    """Say something about a case; it stands in its history."""
    from handslag.cli.doing import do

    do(Desk(context), case, Comment(text=text), change)


@app.command()
@changing
def sign(
    context: typer.Context,
    case: Number,
    seat: Annotated[int, typer.Argument(metavar="SEAT", help="Number of the signatory's seat.", show_default=False)],
    method: Annotated[str, typer.Option("--method", help="paper, mitid, e-mail …")] = "paper",
    document_hash: Annotated[str, typer.Option("--hash", help="Of the document signed; else the frozen one.")] = "",
    *,
    change: Change,
) -> None:
    """Note the signature of one seat on the frozen document; the last one may put the agreement into force."""
    from handslag.cli.doing import do

    do(Desk(context), case, Sign(seat=seat, method=method, document_hash=document_hash), change)
