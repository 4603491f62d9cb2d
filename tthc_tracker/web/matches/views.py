"""Dossiers that two systems show: the lists, a proposal with both sides, the decision, the whole of one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tthc_tracker import clock
from tthc_tracker.domain.differing import Field
from tthc_tracker.domain.errors import InvalidInput, NotNow
from tthc_tracker.domain.matching import MatchState
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.queries import differencelists, listing, matchlists
from tthc_tracker.queries import matches as reads
from tthc_tracker.queries.scoping import rights_on
from tthc_tracker.services import matches
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import whole
from tthc_tracker.web.listfilters import ListFilters
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording import differencelists as diffwords
from tthc_tracker.wording import histories
from tthc_tracker.wording import matches as words
from tthc_tracker.wording import matchlists as listwords
from tthc_tracker.wording.columns import See

blueprint = Blueprint("matches", __name__)


@blueprint.get("/giam-sat/hai-he-thong")
@requires(Permission.VIEW_SUPERVISION)
def index() -> ResponseReturnValue:
    """Pairs that may be one, by what has been decided."""
    page = ListPage.of(reading(), "matches", request.args)
    here, counts = matchlists.state_of(page.question), matchlists.counts(reading(), page.asked(clock.now()))
    tabs = [
        (said, page.other(tab=state.value), state is here, counts[state])
        for state, said in words.MATCH_STATES.items()
    ]
    return _listed(page, "matches/index.html", {}, tabs=tabs, here=here)


@blueprint.get("/giam-sat/lech-trang-thai")
@requires(Permission.VIEW_SUPERVISION)
def differing() -> ResponseReturnValue:
    """Dossiers of which two systems say different things, those that differ longest first."""
    page = ListPage.of(reading(), "differing", request.args)
    pairs = matchlists.pairs(reading(), page.asked(clock.now()))
    other = page.question.get("other", "")
    named = next((one.other_system for one in pairs if one.other == other), other)
    own = {"other": listwords.OTHER.format(system=named)}
    return _listed(page, "matches/differing.html", own, pairs=pairs, listwords=listwords)


@blueprint.get("/giam-sat/xung-dot-nguon")
@requires(Permission.VIEW_SUPERVISION)
def differences() -> ResponseReturnValue:
    """Field by field where two sources disagree, what has differed longest first."""
    page = ListPage.of(reading(), "differences", request.args)
    groups = differencelists.groups(reading(), page.asked(clock.now()))
    other, field = page.question.get("other", ""), page.question.get("field", "")
    named = next((one.other_system for one in groups if one.other == other), other)
    own = {"other": diffwords.OTHER.format(system=named)}
    if field in differencelists.FIELDS:
        own["field"] = diffwords.FIELD.format(field=words.FIELDS[Field(field)])
    return _listed(page, "matches/differences.html", own, groups=groups, diffwords=diffwords)


@blueprint.get("/giam-sat/hai-he-thong/<code>")
@requires(Permission.VIEW_SUPERVISION)
def show(code: str) -> ResponseReturnValue:
    """A pair field by field, and what may be decided."""
    return _show(whole(code) or 0)


@blueprint.post("/giam-sat/hai-he-thong/<int:match_id>/la-mot")
@requires(Permission.MATCH_DOSSIERS)
def confirm(match_id: int) -> ResponseReturnValue:
    """They are one."""
    return _decide(match_id, matches.confirm, words.DONE["confirm"])


@blueprint.post("/giam-sat/hai-he-thong/<int:match_id>/hai-ho-so")
@requires(Permission.MATCH_DOSSIERS)
def refuse(match_id: int) -> ResponseReturnValue:
    """They are two."""
    return _decide(match_id, matches.refuse, words.DONE["refuse"])


@blueprint.post("/giam-sat/hai-he-thong/<int:match_id>/tach")
@requires(Permission.MATCH_DOSSIERS)
def undo(match_id: int) -> ResponseReturnValue:
    """They were two after all."""
    return _decide(match_id, matches.undo, words.DONE["undo"])


@blueprint.get("/ho-so/<code>/cac-he-thong")
@requires(Permission.VIEW_DOSSIERS)
def dossier(code: str) -> ResponseReturnValue:
    """A dossier as each system shows it, and what happened to the records that stand within it."""
    found = reads.of_dossier(reading(), code, current_user.scope)
    return render_template(
        "matches/dossier.html", found=found, rows=words.side_by_side(found.sides, found.since), words=words,
        heads=words.heads(found.sides), now=clock.now(),
        merged=[(other, system, histories.entries(events)) for other, system, events in found.merged],
    )  # fmt: skip


def _listed(page: ListPage, template: str, own: dict[str, str], **more: object) -> str:
    session, now, after = reading(), clock.now(), request.args.get("after", "")
    found = page.kept.page(session, page.asked(now), after, listing.PAGE)
    return render_template(
        template, page=page, words=words, now=now,
        lines=page.lines(found.rows, See.at(now, listing.stale_before(session, now))),
        count=page.kept.count(session, page.asked(now)), filters=ListFilters.of(session, page, own=own),
        next_url=page.other(after=found.after) if found.after else None,
        first_url=page.other() if after else None, **more,
    )  # fmt: skip


def _show(match_id: int, refused: str = "") -> str:
    view = reads.find(reading(), match_id, current_user.scope)
    return render_template(
        "matches/show.html", view=view, rows=words.side_by_side(view.sides), heads=words.heads(view.sides),
        words=words, refused=refused, now=clock.now(), states=MatchState,
        decides=all(
            Permission.MATCH_DOSSIERS in rights_on(reading(), current_user.memberships, one)
            for one in reads.places_of(reading(), match_id)
        ),
    )  # fmt: skip


def _decide(match_id: int, verb: matches.Verb, done: str) -> ResponseReturnValue:
    view = reads.find(reading(), match_id, current_user.scope)
    try:
        with transaction() as session:
            verb(session, view.id, person=current_user, now=clock.now())
    except InvalidInput as error:
        return _show(view.id, error.message), 422
    except NotNow:
        return _show(view.id, words.NOT_NOW), 409
    flash(done, "success")
    return redirect(url_for("matches.show", code=view.id), 303)
