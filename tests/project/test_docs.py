"""The documents: links lead somewhere, everything that can be named is documented, nothing points outside the repository."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.effects import EFFECTS
from engine.entry import Change
from handslag.setting_faults import known_keys
from handslag.settings import Settings
from workflows.guard_functions import FUNCTIONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

# Not ours to name: folders of somebody's machine, hosts of package registries. Written in pieces, so as not to find itself.
MACHINE_PATH = re.compile(r"(?<![\w./:}-])/(?:work|root|home|Users)/\w")
REGISTRY = re.compile("|".join(("py" + r"pi\.org", "pythonhosted" + r"\.org", "index" + "-url *=", "npmjs" + r"\.(?:com|org)")))
# A document that is named, in code or text, and is not here.
DOCUMENT = re.compile(r"(?<![\w/<>*…-])([A-Za-z][\w-]*(?:/[\w-]+)*\.md)\b")


def tracked() -> Iterator[tuple[str, str]]:
    """Every text file that git knows or would take, with its text."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git working tree")
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings)
    return set(plain)


def broken(page: Path) -> Iterator[str]:
    for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.is_file() or not file.is_relative_to(ROOT):
            yield f"{page.relative_to(ROOT)}: {target} is not there"
        elif anchor and anchor not in anchors(file):
            yield f"{page.relative_to(ROOT)}: {target} has no such heading"


def finish_kinds() -> set[str]:
    """Every kind of entry: the constants in the first argument of each `draft.finish(…)`; `*` where a part is worked out."""
    found: set[str] = set()
    for path in sorted((ROOT / "engine").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "finish":
                found |= set(texts(node.args[0]))
    return found


def texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from texts(one)
            yield from texts(other)
        case ast.JoinedStr(values=parts):
            yield "".join(
                part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "*" for part in parts
            )


def is_documented(kind: str, page: str) -> bool:
    name = "[a-z]+".join(re.escape(part) for part in kind.split("*"))
    return re.search(f"`{name}`", page) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


def test_every_page_is_reached_from_the_index() -> None:
    lists = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("index.md", "decisions/README.md"))

    assert [page.name for page in sorted(DOCS.rglob("*.md")) if page.name not in lists and page.name != "index.md"] == []


def test_every_file_that_is_named_exists() -> None:
    named = re.compile(r"`((?:tests|engine|storage|workflows|notifications|handslag|docs)/[\w/.-]+\.(?:py|md|yaml))`")
    strays = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        for name in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).is_file()
    ]

    assert strays == []


def test_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "./dev demo" in readme
    assert "./dev test" in readme


def test_every_guard_is_documented() -> None:
    page = (REFERENCE / "guards.md").read_text(encoding="utf-8")

    assert [name for name in FUNCTIONS if f"\n## {name}\n" not in page] == []


def test_every_setting_is_documented() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")

    assert [key for key in known_keys(Settings) if f"`HANDSLAG_{'__'.join(key).upper()}`" not in page] == []


def test_every_effect_is_documented() -> None:
    for name in ("entries.md", "workflow-file.md"):
        page = (REFERENCE / name).read_text(encoding="utf-8")

        assert [effect for effect in EFFECTS if f"`{effect}`" not in page] == []


def test_every_kind_of_entry_is_documented() -> None:
    page = (REFERENCE / "entries.md").read_text(encoding="utf-8")
    kinds = finish_kinds()

    assert {"opened", "record_voided", "deadline_*"} <= kinds
    assert sorted(kind for kind in kinds if not is_documented(kind, page)) == []


def test_every_act_and_kind_of_change_is_documented() -> None:
    page = (REFERENCE / "entries.md").read_text(encoding="utf-8")
    acts = ast.parse((ROOT / "engine" / "acts.py").read_text(encoding="utf-8"))
    names = {node.name for node in acts.body if isinstance(node, ast.ClassDef)} - {"PartyGiven", "MailChoice"}
    kinds = re.search(r"kind: ([a-z, ]+)\.", (Change.__doc__ or "").replace("\n", " "))

    assert kinds is not None
    assert sorted(name for name in names if f"`{name}`" not in page) == []
    assert [kind for kind in kinds[1].split(", ") if f"`{kind}`" not in page] == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    strays = [
        f"{name}: {found.group()}"
        for name, text in tracked()
        for pattern in (MACHINE_PATH, REGISTRY)
        for found in pattern.finditer(text)
        if name != "tests/project/test_docs.py"
    ]

    assert strays == []


def test_nothing_names_a_document_that_is_not_here() -> None:
    here = {page.name for page in PAGES}
    strays = [
        f"{name}: {document}"
        for name, text in tracked()
        for document in DOCUMENT.findall(text)
        if Path(document).name not in here and name != "tests/project/test_docs.py"
    ]

    assert strays == []
