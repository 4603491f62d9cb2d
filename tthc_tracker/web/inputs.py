"""What no form of ours sends and no database keeps: refused before any view sees it."""

from flask import Flask, abort, request

LARGEST_ID = 2**63 - 1


def _refuse() -> None:
    for value in (request.view_args or {}).values():
        if isinstance(value, int) and value > LARGEST_ID:
            abort(404)
    texts = [request.path, *(text for _, text in request.args.items(multi=True))]
    if request.method == "POST":
        texts += [text for pair in request.form.items(multi=True) for text in pair]
    if any("\0" in text for text in texts):
        abort(400)


def register(app: Flask) -> None:
    """Look at every request of the application."""
    app.before_request(_refuse)
