"""Habits that hold everywhere in the product's Python."""

import ast
import re

import pytest

from tests.architecture.sources import product

WALL_CLOCK = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|localtime|gmtime))$")


def test_only_the_clock_reads_the_wall_clock() -> None:
    readers = [
        source.place(node)
        for source in product()
        if source.name != "tthc_tracker/clock.py"
        for name, node in source.calls()
        if WALL_CLOCK.search(name)
    ]
    assert not readers, "\n".join(readers)


def test_nothing_sleeps() -> None:
    sleepers = [
        source.place(node)
        for source in product()
        for name, node in source.calls()
        if name in {"time.sleep", "sleep", "asyncio.sleep"}
    ]
    assert not sleepers, "\n".join(sleepers)


def test_no_sql_is_put_together_from_strings() -> None:
    woven = [
        source.place(node)
        for source in product()
        for name, node in source.calls()
        if name.split(".")[-1] in {"text", "exec_driver_sql", "literal_column"}
        and node.args
        and _woven(node.args[0])
    ]
    assert not woven, "\n".join(woven)


def _woven(argument: ast.expr) -> bool:
    """Whether a string is built from parts that are not all written there."""
    if isinstance(argument, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in argument.values)
    if isinstance(argument, ast.BinOp):
        return not all(isinstance(side, ast.Constant) for side in (argument.left, argument.right))
    return isinstance(argument, ast.Call) and ast.unparse(argument.func).endswith(".format")


def test_only_the_job_runner_catches_everything() -> None:
    nets = [
        source.place(node)
        for source in product()
        if source.name != "tthc_tracker/jobs/runner.py"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert not nets, "\n".join(nets)


@pytest.mark.parametrize(
    ("mark", "with_reason"),
    [
        pytest.param(
            r"# type: ignore",
            r"# type: ignore\[[\w, -]+\]\s+#\s*\S",
            id="a type the checker is told to ignore",
        ),
        pytest.param(
            r"# noqa", r"# noqa: [A-Z0-9, ]+\(.+\S|# noqa: [A-Z0-9, ]+#\s*\S", id="a lint told to be silent"
        ),
        pytest.param(r"# pragma: no cover", r"# pragma: no cover \S", id="a line left out of coverage"),
    ],
)
def test_an_exception_to_a_rule_gives_its_reason(mark: str, with_reason: str) -> None:
    bare = [
        f"{source.name}:{number}"
        for source in product()
        for number, line in enumerate(source.text.splitlines(), 1)
        if re.search(mark, line) and not re.search(with_reason, line)
    ]
    assert not bare, "\n".join(bare)


def test_every_module_says_what_it_is_in_one_sentence() -> None:
    silent = [
        source.name for source in product() if source.text.strip() and not ast.get_docstring(source.tree)
    ]
    assert not silent, "\n".join(silent)
