"""A letter becomes words in its reader's language, and nothing in its values becomes anything but words."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.utils import urlize

from engine.errors import TextFails
from engine.letters import Letter, Recipient
from notifications.environment import linked
from notifications.layout import WIDTH, wrapped
from notifications.rendering import LetterRenderer

MakeLetter = Callable[..., Letter]


class Elements(HTMLParser):
    """Collects the elements and the words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_letter_is_in_the_language_of_its_reader(render: LetterRenderer, make_letter: MakeLetter) -> None:
    rendered = render(make_letter("da"))

    assert rendered.subject == "Frist den 31. maj 2026: Kvartalspuls [AAL-2026-0017]"
    assert "Nordhavn Tømmer ApS skal sende Kvartalspuls senest 31. maj 2026." in rendered.text
    assert "Svar på denne mail, og behold [AAL-2026-0017] i emnefeltet." in rendered.text
    assert "Du får denne mail, fordi du er ansvarlig for punktet." in rendered.text
    assert rendered.text.startswith("Klimapartnerskaber\n")
    assert '<html lang="da"' in rendered.html


def test_a_text_that_is_not_there_falls_back_and_says_in_which_language(
    render: LetterRenderer, make_letter: MakeLetter
) -> None:
    rendered = render(make_letter("nl"))

    assert rendered.subject.startswith("Due on 31 May 2026: Quarterly pulse")
    assert "Beantwoord deze e-mail" in rendered.text
    assert '<html lang="nl"' in rendered.html
    assert '<div lang="en">' in rendered.html


def test_a_reader_of_a_language_we_do_not_speak_gets_our_words_in_the_fallback(
    render: LetterRenderer, make_letter: MakeLetter
) -> None:
    letter = make_letter("fi")
    danish = replace(letter, items=tuple(replace(item, fallback="da") for item in letter.items))

    assert "Det skal du gøre" in render(danish).text


def test_a_mail_without_any_fitting_text_fails(render: LetterRenderer, make_letter: MakeLetter) -> None:
    letter = make_letter("fi")
    letter = replace(letter, items=tuple(replace(item, fallback="de") for item in letter.items))

    with pytest.raises(TextFails, match="mail M08 has no text in 'fi' or 'de'; there are: da, en"):
        render(letter)


def test_markup_and_braces_in_facts_stay_text(render: LetterRenderer, make_letter: MakeLetter) -> None:
    nasty = "<script>alert(1)</script> {{ 7 * 7 }} </mj-text><mj-raw><img src=x></mj-raw> Tom & Jerry &amp; \x00\x1b]"
    rendered = render(make_letter(paragraphs=("Dear {{ recipient }},", "<i>ours</i>"), recipient=nasty, item=nasty))

    page = Elements(rendered.html)
    shown = "<script>alert(1)</script> {{ 7 * 7 }} </mj-text><mj-raw><img src=x></mj-raw> Tom & Jerry &amp; ]"
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "i", "mj-raw"})
    assert shown in page.words
    assert "<i>ours</i>" in page.words
    assert shown in rendered.text.replace("\n", " ")
    assert rendered.subject == f"About {shown} [AAL-2026-0017]"


def test_nothing_is_fetched_when_a_mail_is_shown(render: LetterRenderer, make_letter: MakeLetter) -> None:
    page = render(make_letter(paragraphs=("See https://example.org/a?b=1&c=2 or write to bob@example.org.",))).html

    elements = Elements(page)
    links = [attributes["href"] for tag, attributes in elements.tags if tag == "a"]
    assert {tag for tag, _ in elements.tags}.isdisjoint({"img", "link", "script", "iframe", "object", "video"})
    assert "@import" not in page
    assert "url(" not in page
    assert "fonts.googleapis" not in page
    assert links[:2] == ["https://example.org/a?b=1&c=2", "mailto:bob@example.org"]
    assert not any("src" in attributes for _, attributes in elements.tags)


def test_a_line_break_in_a_subject_is_a_space(render: LetterRenderer, make_letter: MakeLetter) -> None:
    rendered = render(make_letter(subject="About {{ item }}", paragraphs=("x",), item="a\r\nBcc: eve@example.org"))

    assert rendered.subject == "About a Bcc: eve@example.org [AAL-2026-0017]"


def test_a_long_subject_keeps_its_case_number(render: LetterRenderer, make_letter: MakeLetter) -> None:
    rendered = render(make_letter(subject="{{ item }}", paragraphs=("x",), item="word " * 100))

    assert len(rendered.subject) < 175
    assert rendered.subject.endswith("… [AAL-2026-0017]")


def test_several_items_make_one_mail_with_a_list_on_top(render: LetterRenderer, make_letter: MakeLetter) -> None:
    cases = ("AAL-2026-0017", "AAL-2026-0018", "AAL-2026-0017", "AAL-2026-0019", "AAL-2026-0020")
    rendered = render(make_letter("da", cases=cases))

    assert rendered.subject == (
        "Frist den 31. maj 2026: Kvartalspuls (+4 mere) [AAL-2026-0017] [AAL-2026-0018] [AAL-2026-0019]"
    )
    assert "5 punkter har frist\n- Frist den 31. maj 2026: Kvartalspuls [AAL-2026-0017]\n" in rendered.text
    assert "\nAAL-2026-0018 - Nordhavn Tømmer ApS - Kvartalspuls\n" in rendered.text
    assert rendered.text.count("Det skal du gøre") == 1
    assert "Sag AAL-2026-0017, AAL-2026-0018, AAL-2026-0019, AAL-2026-0020" in rendered.text
    assert rendered.html.count("<h2") == 5


def test_several_messages_that_ask_for_nothing_are_not_called_due(render: LetterRenderer, make_letter: MakeLetter) -> None:
    letter = make_letter(cases=("AAL-2026-0017", "AAL-2026-0018"))
    quiet = replace(letter.items[0].mail, asks=False, action="none")
    rendered = render(replace(letter, items=tuple(replace(item, mail=quiet) for item in letter.items)))

    assert "2 messages for you" in rendered.text
    assert "What to do" not in rendered.text + rendered.html


@pytest.mark.parametrize(
    ("why", "for_whom", "sentence"),
    [
        ("owner", "", "because you are responsible"),
        ("deputy", "Bob", "because you stand in for Bob."),
        ("deputy", "", "because you stand in for the person responsible."),
        ("why.manager", "", "because you lead the partnership programme."),
    ],
)
def test_a_mail_says_why_its_reader_gets_it(
    render: LetterRenderer, make_letter: MakeLetter, why: str, for_whom: str, sentence: str
) -> None:
    letter = make_letter()
    recipient: Recipient = replace(letter.recipient, why=why, for_whom=for_whom)

    assert sentence in render(replace(letter, recipient=recipient)).text


@pytest.mark.parametrize(("source", "place"), [("{{ dew | date }}", "paragraph 2"), ("{{ due.year() }}", "paragraph 2")])
def test_a_text_that_fails_names_mail_language_and_place(
    render: LetterRenderer, make_letter: MakeLetter, source: str, place: str
) -> None:
    with pytest.raises(TextFails, match=r"^mail M08 \(en\), paragraph 2: ") as refused:
        render(make_letter(paragraphs=("Dear {{ recipient }},", source)))

    assert refused.value.values["mail"] == "M08"
    assert refused.value.values["place"] == place


def test_a_paragraph_that_says_nothing_is_left_out(render: LetterRenderer, make_letter: MakeLetter) -> None:
    text = render(make_letter(paragraphs=("Hello", "{% if not due %}never{% endif %}", "Bye"))).text

    assert "Hello\n\nBye\n" in text


def test_a_letter_without_case_address_or_item_still_reads_well(render: LetterRenderer, make_letter: MakeLetter) -> None:
    letter: Letter = make_letter(cases=("",))
    rendered = render(replace(letter, reply_to="", sender_name=""))

    assert "[" not in rendered.subject
    assert "\n\n\n" not in rendered.text


def test_lines_are_wrapped_and_addresses_stay_whole() -> None:
    address = "https://example.org/" + "a" * 80

    lines = wrapped(f"{'word ' * 30}{address}\nnext").splitlines()

    assert all(len(line) <= 72 for line in lines if address not in line)
    assert address in lines
    assert lines[-1] == "next"


@given(st.text(alphabet=st.sampled_from("ab -\t\n\x0b\u00e6"), max_size=400))
def test_lines_are_wrapped_as_the_standard_library_wraps_them(text: str) -> None:
    lines = (textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in text.splitlines())

    assert wrapped(text) == "\n".join(lines)


@given(
    st.lists(st.sampled_from(["word", "a@b.dk", "www.example.org", "(http://x.example/y)", "<b>", "X.GOV.", "a@b@c", "1.2"]))
)
def test_lines_are_linked_as_jinja_links_them(words: list[str]) -> None:
    line = " ".join(words)

    assert linked(line) == urlize(line, rel="noopener")


def test_words_with_marks_of_a_template_stay_words(render: LetterRenderer, make_letter: MakeLetter) -> None:
    rendered = render(make_letter(paragraphs=("{{ note }}",), note="{{ 7 * 7 }} {% raw %} </mj-raw>"))

    assert "{{ 7 * 7 }} {% raw %} </mj-raw>" in Elements(rendered.html).words


def test_the_same_letter_gives_the_same_words(render: LetterRenderer, make_letter: MakeLetter) -> None:
    assert render(make_letter("da")) == render(make_letter("da"))


def test_a_merged_mail_greets_once_and_closes_once(render: LetterRenderer, make_letter: MakeLetter) -> None:
    words = ("Dear {{ recipient }},", "{{ item }} is due in {{ company }}.", "Kind regards")
    letter = make_letter("en", paragraphs=words, cases=("AAL-2026-0017", "AAL-2026-0018"))

    rendered = render(letter)

    assert rendered.text.count("Dear ") == 1
    assert rendered.text.count("Kind regards") == 1
    assert rendered.text.count("is due in") == 2
