"""Modules and views stay small enough to be read at a sitting."""

import ast

from tests.architecture.sources import ROOT, Source, product

MODULE = 400
OWN_CEILINGS = {
    "tthc_tracker/models/dossier.py": 200,
    "tthc_tracker/app.py": 80,
    "tests/conftest.py": 150,
}
VIEW = 15
_ROUTES = {"route", "get", "post"}


def test_no_module_outgrows_its_ceiling() -> None:
    sources = [*product(), *(Source(path) for path in sorted((ROOT / "tests").rglob("conftest.py")))]
    too_long = []
    for source in sources:
        ceiling = OWN_CEILINGS.get(source.name, 150 if source.path.name == "conftest.py" else MODULE)
        if (length := len(source.text.splitlines())) > ceiling:
            too_long.append(f"{source.name}: {length} lines, {ceiling} allowed")
    assert not too_long, "\n".join(too_long)


def test_a_view_is_translation_only() -> None:
    too_long = [
        f"{source.place(node)} {node.name}: {length} lines, {VIEW} allowed"
        for source in product()
        if source.name.startswith("tthc_tracker/web/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and _is_view(node) and (length := _lines_of_body(node)) > VIEW
    ]
    assert not too_long, "\n".join(too_long)


def _is_view(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in _ROUTES
        for decorator in node.decorator_list
    )


def _lines_of_body(node: ast.FunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
