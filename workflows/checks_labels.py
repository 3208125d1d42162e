"""Checks that every text a person reads exists in every declared language."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.finding import Finding
from workflows.model_method import WorkflowShape
from workflows.walk import labels


def label_findings(flow: WorkflowShape) -> Iterator[Finding]:
    """Yield missing and undeclared languages, and expressions without a sentence of their own."""
    if flow.fallback not in flow.languages:
        sentence = f"fallback {flow.fallback!r} is not one of the languages {', '.join(flow.languages)}"
        yield Finding(path=("fallback",), code="undeclared_language", sentence=sentence)
    for index, language in enumerate(flow.languages):
        if language in flow.languages[:index]:
            sentence = f"{language!r} stands in this list twice; keep one"
            yield Finding(path=("languages", index), code="listed_twice", sentence=sentence)
    for path, texts in labels(flow):
        missing = [language for language in flow.languages if language not in texts]
        if missing:
            sentence = f"the text is missing in {', '.join(missing)}; every label needs {', '.join(flow.languages)}"
            yield Finding(path=path, code="label_language_missing", sentence=sentence)
        for language in texts:
            if language not in flow.languages:
                sentence = f"language {language!r} is not declared; declared: {', '.join(flow.languages)}"
                yield Finding(path=(*path, language), code="undeclared_language", sentence=sentence, at_key=True)
