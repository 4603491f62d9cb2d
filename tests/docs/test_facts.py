"""What README.md and docs/operations.md say of settings, commands, jobs and accounts is as it is."""

import re
from pathlib import Path

import click
import pytest

import config
from tests.docs.pages import ROOT
from tthc_tracker import cli
from tthc_tracker.domain.permissions import Role
from tthc_tracker.jobs.timetable import BY_NAME
from tthc_tracker.queries.settings import DEFAULTS
from tthc_tracker.services.accounts import DEMO_PASSWORD
from tthc_tracker.services.demo.staffing import _SHOWN
from tthc_tracker.wording.labels import label

README = ROOT / "README.md"
OPERATIONS = ROOT / "docs" / "operations.md"
LAW = ROOT / "docs" / "law.md"
TOLD = [README, OPERATIONS]
NAMES = [page.name for page in TOLD]


def _section(page: Path, heading: str) -> str:
    """The text under a heading, up to the next heading of the same depth or above."""
    depth = heading.index(" ")
    text = page.read_text(encoding="utf-8").split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{depth}}} ", text, maxsplit=1, flags=re.MULTILINE)[0]


def _first_cells(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE))


@pytest.mark.parametrize("page", TOLD, ids=NAMES)
def test_the_settings_are_those_that_are_read(page: Path) -> None:
    source = Path(config.__file__).read_text(encoding="utf-8")
    assert _first_cells(_section(page, "## Settings")) == set(re.findall(r'environ\.get\("(\w+)"', source))


def test_the_settings_of_the_desk_are_those_that_hold() -> None:
    assert _first_cells(_section(LAW, "## Settings")) == set(DEFAULTS)


def test_the_demo_accounts_are_those_that_are_made() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (.+?) \(", _section(README, "### Demo accounts"), re.MULTILINE))
    assert told == {name: label(role) for name, role, *_ in _SHOWN}
    assert {role for _, role, *_ in _SHOWN} == set(Role)
    assert f"`{DEMO_PASSWORD}`" in _section(README, "### Demo accounts")


def test_the_jobs_are_those_of_the_timetable() -> None:
    assert _first_cells(_section(OPERATIONS, "## The scheduler").split("### Health")[0]) == set(BY_NAME)


def _commands() -> dict[str, click.Command]:
    """Every command by its words."""
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, words: str) -> None:
        found[words] = command
        if isinstance(command, click.Group):
            for name, each in command.commands.items():
                walk(each, f"{words} {name}")

    for group in cli.GROUPS:
        walk(group, group.name or "")
    return found


def _leads_to_a_command(words: list[str], known: dict[str, click.Command]) -> bool:
    """Whether the words begin with a command; those of a group need its command too."""
    for depth in range(1, len(words) + 1):
        command = known.get(" ".join(words[:depth]))
        if not isinstance(command, click.Group):
            return command is not None
    return len(words) == 1


@pytest.mark.parametrize("page", TOLD, ids=NAMES)
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = _commands()
    named = re.findall(r"\bflask ([a-z]+(?:[ -][a-z]+)*)", page.read_text(encoding="utf-8"))
    assert len(named) > 8
    assert not [words for words in named if not _leads_to_a_command(words.split(), known)]


def test_every_command_that_exists_is_in_the_readme() -> None:
    told = _section(README, "## Commands")
    untold = [
        words
        for words, command in _commands().items()
        if not isinstance(command, click.Group)
        and not all(re.search(rf"\b{re.escape(word)}\b", told) for word in words.split())
    ]
    assert not untold


def test_the_picture_of_the_readme_is_small_enough_to_load() -> None:
    picture = ROOT / "docs" / "img" / "overdue.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 250_000


def test_every_module_in_the_tree_of_the_architecture_is_there() -> None:
    tree = _section(ROOT / "docs" / "architecture.md", "## The tree")
    there = {path.name for path in [*ROOT.glob("*.py"), *(ROOT / "tthc_tracker").rglob("*.py")]}
    there |= {path.name for path in (ROOT / "migrations").rglob("*.py")}
    named = set(re.findall(r"\b\w+(?:\.conf)?\.py\b", tree))
    assert len(named) > 60
    assert not named - there


def test_every_part_of_the_product_is_in_the_tree_and_in_the_layers() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    layers = _section(ROOT / "docs" / "architecture.md", "## The layers")
    tree = _section(ROOT / "docs" / "architecture.md", "## The tree")
    parts = {path.stem for path in (ROOT / "tthc_tracker").glob("*") if path.name[0] not in "_."}
    assert not [part for part in sorted(parts) if not re.search(rf"\b{part}\b", layers)]
    assert not [part for part in sorted(parts) if not re.search(rf"\b{part}(\.py|/)", tree)]
    for decision in (ROOT / "docs" / "decisions").glob("*.md"):
        assert f"(decisions/{decision.name})" in page
