"""Who may import whom (docs/architecture.md)."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import PACKAGE, ROOT, imported, product

EDGES = {"api", "cli", "jobs", "web"}


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_edge_that_exists_is_kept_from_the_mappings() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    kept = next(set(contract["source_modules"]) for contract in contracts if contract["id"] == "edges-models")
    assert kept == {f"tthc_tracker.{edge}" for edge in EDGES if (PACKAGE / edge).is_dir()}


def test_the_law_imports_the_standard_library_and_itself_only() -> None:
    strangers = [
        f"{source.place(node)} {name}"
        for source in product()
        if source.name.startswith("tthc_tracker/domain/")
        for node, name in imported(source.tree)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("tthc_tracker.domain")
    ]
    assert not strangers, "\n".join(strangers)


def test_sibling_screens_do_not_know_each_other() -> None:
    screens = {path.parent.name for path in (PACKAGE / "web").glob("*/__init__.py")}
    acquaintances = [
        f"{source.place(node)} {name}"
        for source in product()
        if (parts := source.name.split("/"))[:2] == ["tthc_tracker", "web"] and len(parts) > 3
        for node, name in imported(source.tree)
        if name.startswith("tthc_tracker.web.") and name.split(".")[2] in screens - {parts[2]}
    ]
    assert not acquaintances, "\n".join(acquaintances)


def test_no_import_of_ours_hides_in_a_function() -> None:
    hidden = [
        f"{source.place(node)} {name}"
        for source in product()
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node, name in imported(function)
        if name.startswith("tthc_tracker")
    ]
    assert not hidden, "\n".join(hidden)
