from __future__ import annotations

from pathlib import Path

import pytest

import workflows
from notifications.rendering import LetterRenderer
from notifications.words import Words
from workflows.reader import examine, read_folder
from workflows.texts import check_texts

FOLDERS = sorted(path for path in (Path(workflows.__file__).parent / "library").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_shipped_workflow_is_sound(folder: Path) -> None:
    files = read_folder(folder)

    examined = examine(files, folder.name)

    assert examined.faults == ()
    assert examined.version is not None
    assert examined.version.key == folder.name
    assert check_texts(examined.version, files, LetterRenderer(Words()), folder.name) == []
