"""Workflows: the published versions, and one in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from handslag.methods import describe, published
from handslag.web.api.caller import Caller
from handslag.web.api.shapes import Page, Shown
from storage.programme_reads import versions

router = APIRouter(tags=["workflows"])
WorkflowKey = Annotated[str, Path(description="Key of a workflow.", max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]


class VersionListed(Shown):
    """A published version."""

    key: str = Field(examples=["aalborg"])
    number: int
    hash: str = Field(description="Over every file of it.")
    published_at: datetime


class VersionShown(Shown):
    """A version in plain words, in the person's language."""

    workflow: str = Field(examples=["aalborg v1"])
    title: str
    phases: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    records: list[dict[str, Any]]
    followups: list[dict[str, Any]]
    roles: list[dict[str, Any]]


@router.get("/workflows")
def list_versions(visit: Caller) -> Page[VersionListed]:
    """List the published versions of every workflow."""
    return Page(items=[VersionListed.model_validate(line) for line in visit.house.store.read(versions)], next=None)


@router.get("/workflows/{key}/{version}")
def show_version(
    visit: Caller, key: WorkflowKey, version: Annotated[int, Path(description="0 for the newest.", ge=0, le=10_000)]
) -> VersionShown:
    """Show a version: phases, moves, facts, lists, follow-ups, roles."""
    found = visit.house.store.read(lambda tx: published(tx, key, version))
    told = describe(found, visit.language)
    return VersionShown(followups=told.pop("follow-ups"), **told)
