"""Publishing a workflow folder: read, checked, every mail tried with the renderer that will send it, then stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from engine.declared import Version
from engine.errors import BadInput, Fault
from engine.ports import Render, Tx
from handslag.wiring import House
from workflows.reader import examine, read_folder
from workflows.texts import check_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A folder that was looked at. version: None where there are faults; notes: worth knowing, but no faults."""

    files: Mapping[str, str]
    version: Version | None
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A version that stands in the database. is_new: it was not there before."""

    version: Version
    is_new: bool

    @property
    def name(self) -> str:
        """Key and number."""
        return self.version.name


def check_folder(render: Render, path: Path) -> Checked:
    """Read a workflow folder and try every mail in every use. Raises: NotFound, BadInput (files that cannot be read)."""
    found = read_folder(path)
    examined = examine(found, str(path))
    faults = examined.faults
    if examined.version is not None:
        faults = tuple(check_texts(examined.version, found, render, str(path)))
    return Checked(files=found, version=None if faults else examined.version, faults=faults, notes=examined.notes)


def publish_folder(tx: Tx, house: House, checked: Checked, path: Path) -> Published:
    """Store a checked folder as a version. Raises: BadInput with every fault, Refused where the number has other content."""
    version = checked.version
    if version is None:
        raise BadInput(checked.faults, what=f"workflow {path}")
    is_new = tx.publish(version.key, version.number, checked.files, version.hash, house.clock.now())
    return Published(version=version, is_new=is_new)


def shipped_workflows() -> tuple[Path, ...]:
    """Return the folders of the workflows that come with Handslag."""
    library = Path(str(files("workflows"))) / "library"
    return tuple(sorted(path for path in library.iterdir() if (path / "workflow.yaml").is_file()))


def shipped_programme(name: str) -> Path:
    """Return the file of a programme that comes with Handslag; it need not exist."""
    return Path(str(files("workflows"))) / "programmes_library" / f"{name}.yaml"


def folder_of(name: Path) -> Path:
    """Return a folder as given, or the shipped one of that name where there is no such folder."""
    shipped = {path.name: path for path in shipped_workflows()}
    return name if name.exists() else shipped.get(str(name), name)
