"""Answers that say what they are (ETag), so that whoever has them already need not be sent them again."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request


def tag_of(body: Mapping[str, Any]) -> str:
    """What a body is known by."""
    return hashlib.sha256(jsonify(body).get_data()).hexdigest()[:32]


def tagged(body: Mapping[str, Any], *, keep: int = 0, known_by: Mapping[str, Any] | None = None) -> Response:
    """The body with its ETag, or 304 for one who has it.

    `keep`: seconds for which the caller may use it without asking. `known_by`: what makes it another one,
    where the body also says when it was made: then the tag is a weak one.
    """
    response = jsonify(body)
    response.set_etag(tag_of(body if known_by is None else known_by), weak=known_by is not None)
    if keep:
        response.headers["Cache-Control"] = f"private, max-age={keep}"
    response.make_conditional(request)
    return response
