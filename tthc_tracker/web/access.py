"""Who may open which view. A view declares a permission, or that it is public, or it is closed."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.errors import NotAllowed
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import dossiers, scoping
from tthc_tracker.web.unit_of_work import reading

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "access_mark"
PUBLIC = "public"
SIGNED_IN = "signed_in"


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view: open to whoever holds `permission` in any of his roles (scope is in the queries)."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def public(view: View) -> View:
    """Mark a view: open to everybody, signed in or not."""
    setattr(view, _MARK, PUBLIC)
    return view


def signed_in(view: View) -> View:
    """Mark a view: open to everybody who is signed in (his own account, the start page)."""
    setattr(view, _MARK, SIGNED_IN)
    return view


def mark_of(endpoint: str | None) -> Permission | str | None:
    """The mark of an endpoint's view; None for a view that nobody marked."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, _MARK, None)


def may_open(endpoint: str) -> bool:
    """Whether the person signed in may open the view behind an endpoint."""
    mark = mark_of(endpoint)
    if mark == PUBLIC:
        return True
    if mark is None or not current_user.is_authenticated:
        return False
    return mark == SIGNED_IN or mark in current_user.permissions


def rights_on(code: str) -> frozenset[Permission]:
    """What the person signed in may do to this very dossier.

    Raises:
        NotFound: none of this code in his scope.
    """
    places = dossiers.places_of(reading(), code, current_user.scope)
    return scoping.rights_on(reading(), current_user.memberships, places)


def demand(permission: Permission, code: str) -> None:
    """Stop whoever does not hold a permission on this very dossier; the mark of a view asks only whether he
    holds it anywhere.

    Raises:
        NotFound: none of this code in his scope. NotAllowed: he may see it, and no more.
    """
    if permission not in rights_on(code):
        raise NotAllowed(f"{permission} is not held on this dossier")


def local_path(target: str | None) -> str | None:
    """A path of this site taken from a request, or None when it could lead anywhere else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(char) < 33 or char == "\\" for char in target) else target


def ask_to_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page and back; a script in the page gets 401 and shows it over the form."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return "", 401
    back = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else "/"
    return redirect(url_for("accounts.sign_in") + "?next=" + quote(back, safe="/"))


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: the 404 says so
    mark = mark_of(request.endpoint)
    if mark == PUBLIC:
        return None
    if mark is None:
        abort(404)
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    if current_user.must_change_password and request.endpoint not in {
        "accounts.change_password",
        "accounts.sign_out",
    }:
        return redirect(url_for("accounts.change_password"))
    if mark != SIGNED_IN and mark not in current_user.permissions:
        abort(403)
    return None


def register(app: Flask) -> None:
    """Guard every request of the application."""
    app.before_request(_guard)
