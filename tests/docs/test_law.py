"""docs/law.md names functions and tests that exist, and the code cites sections that it has."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.docs.pages import LAW, ROOT, headings, prose

PACKAGE = ROOT / "tthc_tracker"

_FUNCTION = re.compile(r"`([a-z_]+(?:\.[a-z_]+)+):([A-Za-z_][\w.]*)`")
_TEST = re.compile(r"`([a-z_/]+)::(test_\w+)`")
_SOURCES = re.compile(
    r"\A(choice|practice|law|the basis of each row"
    r"|Bộ luật Dân sự Đ\d+|NĐ \d+/20\d\d Đ[\d.]+|TT \d+/20\d\d Đ[\w.]+)"
)
_CITED = re.compile(r"docs/law\.md, ([^();]+?)(?=[).;]|: )")


@cache
def _names(file: Path) -> frozenset[str]:
    """What a module defines: functions, classes with their members, constants."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        found |= _defined(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in _defined(inner)}
    return frozenset(found)


def _defined(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case _:
            return set()


def test_every_function_that_is_named_exists() -> None:
    named = _FUNCTION.findall(prose(LAW))
    missing = []
    for module, name in named:
        file = PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
        if not file.exists() or name not in _names(file):
            missing.append(f"{module}:{name}")
    assert len(named) > 80
    assert not missing


def test_every_test_that_is_named_exists() -> None:
    named = _TEST.findall(prose(LAW))
    missing = []
    for module, name in named:
        file = ROOT / "tests" / f"{module}.py"
        if not file.exists() or name not in _names(file):
            missing.append(f"{module}::{name}")
    assert len(named) > 80
    assert not missing


_HEAD = ["rule", "source", "function", "test"]


def _rules() -> list[list[str]]:
    """The rows of the tables of rules: rule, source, function, test."""
    rows: list[list[str]] = []
    of_rules = False
    for line in prose(LAW).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        of_rules = bool(cells) and (of_rules or cells == _HEAD)
        if of_rules and cells != _HEAD and not set(cells[0]) <= {"-"}:
            rows.append(cells)
    return rows


def test_every_rule_has_a_source_a_function_and_a_test() -> None:
    rules = _rules()
    incomplete = [
        rule
        for rule, source, function, test in rules
        if not _SOURCES.match(source) or not _FUNCTION.search(function) or not _TEST.search(test)
    ]
    assert len(rules) > 80
    assert not incomplete


def _citations() -> list[tuple[str, str]]:
    """Where the code cites a section, and which, in small letters."""
    files = [file for top in ("tthc_tracker", "tests") for file in sorted((ROOT / top).rglob("*.py"))]
    texts = [(file, re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))) for file in files]
    return [
        (str(file.relative_to(ROOT)), cited.lower())
        for file, text in texts
        if file.parent != Path(__file__).parent
        for cited in _CITED.findall(text)
    ]


def test_every_section_that_the_code_cites_is_there() -> None:
    sections = tuple(heading.lower() for heading in headings(LAW))
    unknown = [
        f"{file}: {cited}"
        for file, cited in _citations()
        if not any(section.startswith(cited) for section in sections)
    ]
    assert not unknown
