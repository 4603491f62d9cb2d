"""The Content-Security-Policy allows nothing inline, so no template may hold any."""

import re

import pytest

from tests.architecture.sources import TEMPLATES, templates

_JINJA = re.compile(r"\{#.*?#\}", re.DOTALL)
INLINE = {
    what: re.compile(pattern, re.IGNORECASE)
    for what, pattern in {
        "a style attribute": r"<[^>]*\sstyle\s*=",
        "a style element": r"<style\b",
        "an event attribute": r"<[^>]*\son[a-z]+\s*=",
        "a script with a body": r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/json)[^>]*>",
        "a javascript: address": r"[\"']\s*javascript:",
        "htmx evaluating text": r"\bhx-on\b|hx-(vals|headers)\s*=\s*[\"']js:",
        "a file of another site": r"<(script|link|img|iframe)\b[^>]*(src|href)\s*=\s*[\"'](https?:)?//",
    }.items()
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds(what: str) -> None:
    found = []
    for path in templates():
        if path.suffix != ".html":
            continue
        text = _JINJA.sub(lambda match: "\n" * match.group().count("\n"), path.read_text(encoding="utf-8"))
        found += [
            f"{path.relative_to(TEMPLATES)}:{text.count(chr(10), 0, match.start()) + 1} {match.group()[:80]}"
            for match in INLINE[what].finditer(text)
        ]
    assert not found, "\n".join(found)


def test_no_template_switches_escaping_off() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}: {match}"
        for path in templates()
        for match in re.findall(
            r"\|\s*safe\b|\{%-?\s*autoescape\s+false|Markup\(", path.read_text(encoding="utf-8")
        )
    ]
    assert not found, "\n".join(found)
