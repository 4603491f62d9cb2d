"""The page of one dossier, put together from reads; the same for a look and for a refused act."""

import datetime as dt
from typing import Any

from flask import render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.lifecycle import Action, allowed_actions
from tthc_tracker.domain.people import mask_id, mask_phone
from tthc_tracker.domain.permissions import Permission, permissions_on
from tthc_tracker.queries import dossiers, promises
from tthc_tracker.queries.dossiers import DossierView
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.web.dossiers.forms import (
    ActionForm,
    AssignForm,
    FinishForm,
    HandOverForm,
    NoteForm,
    ReopenForm,
    ReturnForm,
    WithdrawForm,
)
from tthc_tracker.wording import histories, ledgers, standings

# What has a form on the page, in the order of a dossier's life.
FORMS: dict[Action, type[ActionForm]] = {
    Action.ASSIGN: AssignForm,
    Action.HAND_OVER: HandOverForm,
    Action.FINISH: FinishForm,
    Action.RETURN_RESULT: ReturnForm,
    Action.NOTE: NoteForm,
    Action.REOPEN: ReopenForm,
    Action.WITHDRAW: WithdrawForm,
}


def render(
    session: Session,
    code: str,
    now: dt.datetime,
    *,
    refused: ActionForm | None = None,
    errors: list[str] | None = None,
) -> str:
    """The page; `refused` is a form that could not be carried out, with everything typed still in it."""
    view = dossiers.find(session, code, current_user.scope)
    rights = _rights(session, view)
    actions = _actions(session, view, rights, now)
    personal = Permission.VIEW_PERSONAL in rights
    explained = promises.explained(session, view.dossier, now)
    standing = view.standing(now)
    return render_template(
        "dossiers/show.html",
        view=view,
        dossier=view.dossier,
        forms=_forms(session, view, actions, refused),
        refused=refused,
        errors=errors or [],
        may_print=Action.REPRINT_RECEIPT in actions,
        may_correct=Action.CORRECT_RECEPTION in actions,
        may_cancel=Action.CANCEL in actions,
        badge=standings.BADGES[standing],
        sentence=standings.sentence(standing, view.dossier, now.date()),
        limit=view.limit and ledgers.limit_words(view.limit),
        ledger=explained and ledgers.lines(explained.deadline.steps),
        ledger_result=explained and ledgers.result(explained.deadline, explained.limit),
        people=_people(view, personal=personal),
        components=dossiers.components(session, view.dossier.id),
        other_codes=dossiers.other_codes(session, view),
        events=histories.entries(dossiers.history(session, view.dossier.id, with_private=personal)),
        now=now,
    )


def _rights(session: Session, view: DossierView) -> frozenset[Permission]:
    held_at = {view.receiving.id, view.resolving.id, view.returning.id}
    return permissions_on(current_user.memberships, held_at, lambda agency: subtree(session, agency))


def _actions(
    session: Session, view: DossierView, rights: frozenset[Permission], now: dt.datetime
) -> tuple[Action, ...]:
    circumstances = dossiers.circumstances_of(session, view.dossier, now)
    return allowed_actions(view.dossier.state, rights, circumstances=circumstances)


def _forms(
    session: Session, view: DossierView, actions: tuple[Action, ...], refused: ActionForm | None
) -> dict[str, ActionForm]:
    """The forms this person may use now; a refused one takes its place again."""
    forms: dict[str, ActionForm] = {}
    for action, kind in FORMS.items():
        if action not in actions:
            continue
        form = refused if isinstance(refused, kind) else kind(formdata=None, prefix="")
        form.version.data = view.dossier.version
        forms[action.value] = form
    if "assign" in forms or "hand_over" in forms:
        _offer(session, view, forms)
    if "return_result" in forms and "return_result" not in _value_of(refused):
        forms["return_result"]["receiver"].data = view.applicant.full_name
    return forms


def _value_of(refused: ActionForm | None) -> tuple[str, ...]:
    return tuple(action.value for action, kind in FORMS.items() if isinstance(refused, kind))


def _offer(session: Session, view: DossierView, forms: dict[str, ActionForm]) -> None:
    units = dossiers.units_of(session, view.resolving.id)
    if "assign" in forms:
        forms["assign"]["unit_id"].choices = [("", "–"), *units]
        forms["assign"]["officer_id"].choices = [("", "–"), *dossiers.officers_of(session, view.resolving.id)]
        if forms["assign"]["unit_id"].data is None:
            forms["assign"]["unit_id"].data = view.dossier.holding_unit_id
    if "hand_over" in forms:
        others = [(unit_id, name) for unit_id, name in units if unit_id != view.dossier.holding_unit_id]
        if others:
            forms["hand_over"]["unit_id"].choices = others
        else:
            del forms["hand_over"]


def _people(view: DossierView, *, personal: bool) -> list[dict[str, Any]]:
    """Owner and, where somebody else filed it, applicant; numbers masked for those who may not see them."""
    people = [("Chủ hồ sơ", view.owner)]
    if view.applicant.id != view.owner.id:
        people.append(("Người nộp", view.applicant))
    return [
        {
            "role": role,
            "name": person.full_name,
            "id_number": person.id_number and (person.id_number if personal else mask_id(person.id_number)),
            "phone": person.phone and (person.phone if personal else mask_phone(person.phone)),
            "email": person.email if personal else None,
            "address": person.address if personal else None,
            "birth_on": person.birth_on if personal else None,
        }
        for role, person in people
    ]
