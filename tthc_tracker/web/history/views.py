"""The two lists of the history. What is done with them as lists is in web/lists."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import filtering, historylist, listing
from tthc_tracker.queries.historylist import Narrowed
from tthc_tracker.web.access import requires
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading
from tthc_tracker.wording import historylists as words
from tthc_tracker.wording.columns import See
from tthc_tracker.wording.formats import day
from tthc_tracker.wording.labels import label

blueprint = Blueprint("history", __name__, url_prefix="/nhat-ky")


@blueprint.get("")
@requires(Permission.VIEW_AUDIT)
def events() -> ResponseReturnValue:
    """What happened to dossiers, newest first."""
    return _show("history", [(kind.value, label(kind)) for kind in EventKind])


@blueprint.get("/he-thong")
@requires(Permission.VIEW_AUDIT)
def deeds() -> ResponseReturnValue:
    """What was done outside dossiers, newest first."""
    return _show("deeds", list(words.ACTIONS.items()))


@blueprint.get("/nguoi")
@requires(Permission.VIEW_AUDIT)
def people() -> ResponseReturnValue:
    """People who fit what was typed into the filter."""
    items = filtering.suggest_people(reading(), current_user.scope, request.args.get("q", "")[:100])
    return render_template("supervision/_suggestions.html", items=items, field="officer")


def _show(name: str, kinds: list[tuple[str, str]]) -> ResponseReturnValue:
    session, now = reading(), clock.now()
    page = ListPage.of(session, name, request.args)
    narrowed, after = Narrowed.of(page.question, now), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    person = narrowed.person
    who = historylist.person_name(session, person, current_user.scope) if person is not None else None
    return render_template(
        "history/list.html",
        page=page, title=words.TITLES[name], empty=words.EMPTY, narrowed=narrowed, who=who or "", kinds=kinds,
        lines=page.lines(found.rows, See.at(now, now)),
        count=page.kept.count(session, page.asked(now)),
        tabs=[(words.TITLES[each], url_for(f"history.{view}"), each == name, None) for each, view in _VIEWS],
        chips=_chips(page, narrowed, dict(kinds), who),
        here=request.path,
        next_url=_further(page, found.after), first_url=page.other() if after else None, now=now,
    )  # fmt: skip


_VIEWS = (("history", "events"), ("deeds", "deeds"))


def _further(page: ListPage, after: str) -> str | None:
    return request.path + "?" + urlencode(page.question | page.look | {"after": after}) if after else None


def _chips(
    page: ListPage, narrowed: Narrowed, kinds: dict[str, str], who: str | None
) -> list[tuple[str, str]]:
    said: dict[str, Any] = {
        "kind": kinds.get(narrowed.kind),
        "officer": narrowed.person is not None and (who or "Người đã chọn"),
        "from": f"Từ {day(narrowed.first)}",
        "to": f"Đến {day(narrowed.last)}",
    }
    return page.chips(said)
