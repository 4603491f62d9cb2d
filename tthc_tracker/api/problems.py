"""From what went wrong to problem+json (RFC 9457) that says in Vietnamese what to do; never a page."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from tthc_tracker.domain.errors import ConflictingDossier, ConflictingSubmission, InvalidInput, NotFound
from tthc_tracker.engine import UnknownOutcomeError
from tthc_tracker.wording import problems as words

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_AGAIN_IN = "3"  # seconds
_KEPT_HEADERS = ("Allow", "Retry-After")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the request."""

    field: str
    message: str


class Problem(Exception):
    """An answer that refuses: raised anywhere in a request, told by `register`'s handlers."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.detail = detail or words.advice(status)
        self.errors = tuple(errors)
        self.headers = headers or {}
        super().__init__(f"{status} {self.detail}")


def invalid(errors: Sequence[FieldError]) -> Problem:
    """422 with what is wrong with which field."""
    return Problem(422, errors=errors)


def answer(problem: Problem) -> Response:
    """The problem as it is sent."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": words.title(problem.status),
        "status": problem.status,
        "detail": problem.detail,
        "request_id": g.get("request_id", ""),
    }
    if problem.errors:
        body["errors"] = [{"field": error.field, "message": error.message} for error in problem.errors]
    response = jsonify(body)
    response.status_code, response.mimetype = problem.status, MEDIA_TYPE
    response.headers.update(problem.headers)
    return response


def _http(error: HTTPException) -> Response:
    headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    return answer(Problem(error.code or 500, headers=headers))


def _field(error: InvalidInput) -> Response:
    return answer(invalid(_fields(error)))


def _conflict(error: ConflictingDossier) -> Response:
    return answer(Problem(409, error.message, _fields(error)))


def _fields(error: InvalidInput | ConflictingDossier) -> list[FieldError]:
    found = [(error.field, error.message), *error.others]
    return [FieldError(field, message) for field, message in found]


def _busy(error: Exception) -> Response:
    log.warning("api: not carried out", extra={"kind": type(error).__name__, "endpoint": request.endpoint})
    return answer(Problem(503, headers={"Retry-After": _AGAIN_IN}))


def _unexpected(error: Exception) -> Response:
    extra = {"endpoint": request.endpoint, "request_id": g.get("request_id", "")}
    log.error("api: unexpected error", exc_info=error, extra=extra)
    return answer(Problem(500))


def register(app: Flask) -> None:
    """Answer every error of the interface as a problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, lambda _error: answer(Problem(404)))
    app.register_error_handler(InvalidInput, _field)
    app.register_error_handler(ConflictingDossier, _conflict)
    app.register_error_handler(ConflictingSubmission, lambda _error: answer(Problem(422, words.KEY_USED)))
    # Two who brought the same new thing at the same instant: sent again, the second finds the first's.
    for kind in (IntegrityError, OperationalError, PoolTimeoutError, UnknownOutcomeError):
        app.register_error_handler(kind, _busy)
    app.register_error_handler(Exception, _unexpected)
