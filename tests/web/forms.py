"""Reading forms out of pages, so that a test fills what a person would see."""

from __future__ import annotations

from html.parser import HTMLParser


class Reader(HTMLParser):
    """Collects the fields of every form, the links, and the words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._area = ""
        self._select = ""
        self._inside = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            self.actions.append(given.get("action", ""))
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "input" and given.get("type") == "radio" and "checked" not in given:
            pass
        elif tag == "input" and self.forms and given.get("type") != "checkbox":
            self.forms[-1][given.get("name", "")] = given.get("value", "")
        elif tag == "textarea":
            self._area = given.get("name", "")
            self.forms[-1][self._area] = ""
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1]):
            self.forms[-1][self._select] = given.get("value", "")
        self._inside += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        self._inside -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] += data
        elif not self._inside and data.strip():
            self.words.append(" ".join(data.split()))

    def form(self, action: str) -> dict[str, str]:
        """Return the fields of the form that posts to an address."""
        return next(form for form, to in zip(self.forms, self.actions, strict=True) if to == action)

    @property
    def text(self) -> str:
        """All words of the page."""
        return " ".join(self.words)
