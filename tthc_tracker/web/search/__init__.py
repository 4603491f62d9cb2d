"""One box everywhere: code, name, last digits, phone."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import search
from tthc_tracker.queries.scoping import rights_on
from tthc_tracker.queries.search import SearchKind
from tthc_tracker.web.access import requires
from tthc_tracker.web.unit_of_work import reading

blueprint = Blueprint("search", __name__)


def _sees_names(places: frozenset[int]) -> bool:
    return Permission.VIEW_PERSONAL in rights_on(reading(), current_user.memberships, places)


@blueprint.get("/tim-kiem")
@requires(Permission.VIEW_DOSSIERS)
def find() -> ResponseReturnValue:
    """What was found; a code that is one dossier's leads straight to it."""
    typed = request.args.get("q", "")
    answer = search.find(reading(), typed, current_user.scope, personal=_sees_names)
    if answer.kind is SearchKind.CODE and len(answer.rows) == 1:
        return redirect(url_for("dossiers.show", code=answer.rows[0].code))
    return render_template("search/find.html", answer=answer, search_text=typed[:100])
