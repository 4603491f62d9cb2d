"""Who may call what: a key in the header (never a cookie), its scope, its rate. No mark, no entry."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from tthc_tracker import clock
from tthc_tracker.api.problems import Problem
from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.domain.errors import NotNow
from tthc_tracker.extensions import database
from tthc_tracker.queries.apitokens import Caller
from tthc_tracker.services import apitokens
from tthc_tracker.services.apitokens import Allowance

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "api_scope"
DOCUMENT = "api-docs.openapi_json"  # open to everybody: it says nothing that docs/api.md does not
_WAIT = "60"  # seconds; the rate is counted by the minute


def needs(scope: ApiScope) -> Callable[[View], View]:
    """Mark a view with the scope that its caller's key must have."""

    def mark(view: View) -> View:
        setattr(view, _MARK, scope)
        return view

    return mark


def scope_of(endpoint: str) -> ApiScope | None:
    """The mark of an endpoint's view; None for one that nobody marked."""
    return getattr(current_app.view_functions.get(endpoint), _MARK, None)


def caller() -> Caller:
    """The system behind this request."""
    found: Caller = g.caller
    return found


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _guard() -> None:
    if request.endpoint is None or request.endpoint == DOCUMENT:
        return  # no such address: the 404 says so
    scope = scope_of(request.endpoint)
    if scope is None:
        raise Problem(404)
    with database.reading() as session:
        found = apitokens.recognise(session, _token(), clock.now())
    if found is None:
        raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
    g.allowance = _admit(found)
    if scope not in found.scopes:
        raise Problem(403)
    g.caller = found


def _admit(found: Caller) -> Allowance:
    try:
        with database.transaction() as session:
            return apitokens.admit(session, found, clock.now())
    except NotNow:
        g.allowance = Allowance(apitokens.RATE, 0, int(_WAIT))
        raise Problem(429, headers={"Retry-After": _WAIT}) from None


def _tell_allowance(response: Response) -> Response:
    """How much the key may still ask, with every answer that was counted."""
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None:
        response.headers["RateLimit-Limit"] = str(allowance.limit)
        response.headers["RateLimit-Remaining"] = str(allowance.remaining)
        response.headers["RateLimit-Reset"] = str(allowance.reset)
    return response


def register(app: Flask) -> None:
    """Guard every request of the interface."""
    app.before_request(_guard)
    app.after_request(_tell_allowance)
