"""Every relative link of the pages leads to a file, and to a heading that stands in it."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, anchor, headings, prose

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_ELSEWHERE = re.compile(r"\A(https?|mailto):")


def _broken(page: Path) -> list[str]:
    broken = []
    for target in _LINK.findall(prose(page)):
        if _ELSEWHERE.match(target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (fragment and fragment not in map(anchor, headings(file))):
            broken.append(target)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert not _broken(page)


_NAMED = re.compile(r"\bdocs/[\w./-]+\.(?:md|png)\b")


def test_a_page_that_text_or_code_names_is_there() -> None:
    sources = [*PAGES, *(ROOT / "tthc_tracker").rglob("*.py"), ROOT / "config.py", ROOT / "Makefile"]
    missing = {
        f"{source.relative_to(ROOT)}: {name}"
        for source in sources
        for name in _NAMED.findall(source.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    }
    assert not missing


def test_no_page_names_a_place_of_the_machine_it_was_written_on() -> None:
    private = re.compile(r"/work/|/tmp/[a-z]+_scratch|\.\./shared|\bshared/")
    assert not [
        str(page.relative_to(ROOT)) for page in PAGES if private.search(page.read_text(encoding="utf-8"))
    ]
