"""Saying something about a case."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from engine.acts import Comment
from engine.errors import BadInput
from handslag.web.doing import do
from handslag.web.visit import Form, Visiting, see_other

router = APIRouter()


@router.post("/cases/{number}/comments")
def say(visit: Visiting, number: str, form: Form) -> Response:
    """Add a comment; one without words leads back to its field. Raises: NotFound, NotPermitted."""
    try:
        outcome = do(visit, number, Comment(text=form.text("text")))
    except BadInput:
        return see_other(f"/cases/{number}?empty=1#comment")
    return see_other(f"/cases/{number}?done={outcome.decisions[-1].entry.no}#comments")
