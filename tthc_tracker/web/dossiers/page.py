"""The page of one dossier, put together from reads; the same for a look and for a refused act."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.deadlines import Pause
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.handovers import Place, handing_for, works_in
from tthc_tracker.domain.lifecycle import Action, EventKind, ReturnMethod, State, allowed_actions
from tthc_tracker.domain.people import listed_name, mask_id, mask_name, mask_phone
from tthc_tracker.domain.permissions import Permission, permissions_on
from tthc_tracker.domain.personaldata import masked
from tthc_tracker.domain.processes import StepStanding
from tthc_tracker.queries import (
    apologies,
    applicantmail,
    collecting,
    custody,
    dossiers,
    handovers,
    jointreceipts,
    matches,
    outages,
    pauses,
    promises,
    standingalerts,
)
from tthc_tracker.queries.applicantmail import Told
from tthc_tracker.queries.calendars import worked_since
from tthc_tracker.queries.custody import Steps
from tthc_tracker.queries.dossiers import DossierView, HistoryEntry
from tthc_tracker.queries.handovers import StandingHandover
from tthc_tracker.queries.pauses import PauseView
from tthc_tracker.queries.scoping import subtree
from tthc_tracker.services.lateness import is_late
from tthc_tracker.web import layout
from tthc_tracker.web.access import may_open
from tthc_tracker.web.dossiers import forms as kinds
from tthc_tracker.web.dossiers import handoverforms, papers
from tthc_tracker.web.dossiers.forms import NOBODY, ActionForm, choices
from tthc_tracker.web.forms import Choice
from tthc_tracker.wording import apologies as apologywords
from tthc_tracker.wording import corrections, histories, ledgers, pausing, standings
from tthc_tracker.wording import custody as custodywords
from tthc_tracker.wording import matches as matchwords
from tthc_tracker.wording import personaldata as personalwords
from tthc_tracker.wording.alerts import lateness
from tthc_tracker.wording.collecting import RESULT_DIGITISED, right_words
from tthc_tracker.wording.handovers import clock_words
from tthc_tracker.wording.outbox import MAIL_KINDS, MAIL_STATUSES

# What has a form on the page, in the order of a dossier's life.
FORMS: tuple[type[ActionForm], ...] = (
    handoverforms.ConfirmHandoverForm,
    handoverforms.ConfirmResultForm,
    handoverforms.RejectHandoverForm,
    handoverforms.TakeBackForm,
    handoverforms.NextStepForm,
    kinds.AssignForm,
    kinds.HandOverForm,
    handoverforms.SendResultForm,
    kinds.FinishForm,
    kinds.ReturnForm,
    kinds.NoteDigitisedForm,
    kinds.ReopenForm,
    handoverforms.RemindForm,
    handoverforms.ReturnStepForm,
    handoverforms.SendBackForm,
    kinds.NoteForm,
    kinds.WithdrawForm,
)
# What has a page of its own at the desk.
ELSEWHERE = {
    Action.REPRINT_RECEIPT: "reception.receipt",
    Action.CORRECT_RECEPTION: "reception.correct",
    Action.CORRECT_AT_WORK: "reception.correct_at_work",
    Action.CANCEL: "reception.cancel",
    Action.ACCEPT: "online.answer",
    Action.RESUBMIT: "online.answer",
    Action.MARK_AT_SOURCE: "online.answer",
    Action.ASK_SUPPLEMENT: "pausing.dossier",
    Action.ASK_PAYMENT: "pausing.dossier",
    Action.RESUME: "pausing.dossier",
    Action.STOP: "pausing.dossier",
    Action.APOLOGISE: "reappointing.dossier",
    Action.EXPLAIN_LATENESS: "reappointing.dossier",
}
ANSWERS = frozenset({"accept", "resubmit", "mark_at_source"})
PAUSES = frozenset({"ask_supplement", "ask_payment", "resume", "stop"})  # once accepted
FINISHED = frozenset({State.FINISHED, State.RETURNED})


def render(
    session: Session,
    code: str,
    now: dt.datetime,
    *,
    refused: ActionForm | None = None,
    errors: Sequence[str] = (),
    since: int | None = None,
    show_form: kinds.ShowPersonalForm | None = None,
    shown: bool = False,
) -> str:
    """The page; `refused` is a form that could not be carried out, with everything typed still in it.

    since: the version that form was made from, when others have changed the dossier since. shown: numbers of
    people in full, which has been noted; show_form asks why.
    """
    layout.begin()
    view = dossiers.find(session, code, current_user.scope)
    rights = _rights(session, view)
    personal = Permission.VIEW_PERSONAL in rights
    dossiers.begin(session, view, current_user.user_id)
    events = _history(session, view, personal=personal, shown=shown)
    its, known = view.dossier.id, view.attached
    open_ = view.dossier.closed_at is None
    waiting = handovers.standing_on(session, its) if known.handover and open_ else None
    steps = custody.steps_of(session, its) if known.steps else None
    held = pauses.of_dossier(session, its) if known.pauses else []
    open_pause = next((one for one in held if one.ended_at is None), None)
    ours = open_pause is not None and not open_pause.imported
    actions = _actions(view, rights, events, waiting, steps, now, paused=ours)
    offered = _forms(session, view, actions, refused)
    may = {action.value for action, place in ELSEWHERE.items() if action in actions and may_open(place)}
    slip = papers.slip_of(view, events)
    return render_template(
        "dossiers/show.html",
        view=view,
        dossier=view.dossier,
        forms=offered,
        refused=refused,
        errors=errors,
        changed=[] if since is None else histories.entries(event for event in events if event.seq > since),
        lost=refused.typed() if refused and refused.action.value not in offered else [],
        may=may,
        alerts=standingalerts.alerts_on(session, its, current_user.user_id) if known.alerts else [],
        lateness=partial(_lateness, session, view, now),
        slip=slip,
        papers=papers.of_dossier(view, rights, events, slip, receipt=Action.REPRINT_RECEIPT.value in may),
        letters=_letters(session, view),
        letter_words=(MAIL_KINDS, MAIL_STATUSES),
        answers=ANSWERS,
        pauses=PAUSES,
        slip_words=papers.SLIPS,
        may_acknowledge=Permission.ACKNOWLEDGE_ALERTS in current_user.permissions,
        finished=view.dossier.state in FINISHED,
        people=_people(view, personal=personal, shown=personal and shown),
        show_form=None if shown or not personal else show_form or kinds.ShowPersonalForm(formdata=None),
        shown=shown,
        erased=any(event.kind is EventKind.PERSONAL_ERASED for event in events),
        words=personalwords,
        returned_to=_name(view.dossier.returned_to, personal=personal),
        components=dossiers.components(session, its),
        elsewhere=matchwords.notice(matches.differs(session, its))
        if view.dossier.matched or view.dossier.claimed
        else "",
        other_codes=dossiers.other_codes(session, view) if known.codes else [],
        together=jointreceipts.together(session, its, current_user.scope) if known.together else (),
        events=histories.entries(events),
        urged=sum(event.kind is EventKind.URGED for event in events),
        corrections=corrections.versions(events),
        ended_because=histories.ending_reason(events),
        outages=outages.met_by(session, its) if known.outages and not view.mirrored else [],
        outages_shown=current_user.scope.sees([view.receiving.id]),
        waiting=waiting,
        pause=_pause(open_pause, actions, now, counts=view.dossier.paused_since is not None),
        apology=_apology(session, view, events, now),
        new_receipt=_owes_new_receipt(view, events),
        handover_word=_handover_word(view, now),
        told_at=_told_at(session, view, offered),
        collected=collecting.right_of(session, its) if view.dossier.returned_at else None,
        right_words=right_words,
        digitised_words=RESULT_DIGITISED,
        now=now,
        **_clock(session, view, pauses.counted(held), now),
        **_custody(session, view, steps, now),
    )


def _custody(session: Session, view: DossierView, steps: Steps | None, now: dt.datetime) -> dict[str, Any]:
    """Who held it how long, and its steps."""
    holding = custody.holding_of(session, view.dossier, steps, now)
    return {
        "steps": steps,
        "step_rows": steps and custodywords.step_rows(steps, now),
        "holding": holding,
        "keepers": holding and custodywords.keepers(holding),
        "bar": holding and custodywords.bar(holding.stretches),
    }


def _letters(session: Session, view: DossierView) -> list[Told]:
    """The letters to the applicant; of a mirrored dossier its source writes them."""
    if view.mirrored or not view.applicant.email:
        return []
    return applicantmail.told(session, view.dossier)


def _pause(
    one: PauseView | None, actions: tuple[Action, ...], now: dt.datetime, *, counts: bool
) -> dict[str, Any] | None:
    """The open pause in plain words; None while nothing is waited for."""
    if one is None:
        return None
    return {"said": pausing.open_words(one, now, counts=counts), "may_end": Action.RESUME in actions}


def _apology(
    session: Session, view: DossierView, events: Sequence[HistoryEntry], now: dt.datetime
) -> dict[str, Any]:
    """The apology that stands, and whether anybody has said why it is late; its history says if to ask."""
    dossier, told = view.dossier, {event.kind for event in events}
    written = apologies.of_dossier(session, dossier.id) if EventKind.APOLOGY_DRAFTED in told else []
    late, explained = is_late(dossier, now), told & {EventKind.REAPPOINTED, EventKind.LATENESS_EXPLAINED}
    return {
        "said": apologywords.standing_words(written),
        "cause": apologies.lateness_of(session, dossier.id) if late and explained else None,
        "late": late,
    }


_ON_RECEIPT = {
    EventKind.DUE_CHANGED: "Ngày hẹn trả đã đổi.",
    EventKind.CORRECTED: "Thông tin tiếp nhận đã sửa.",
    EventKind.CORRECTED_AT_WORK: "Thông tin tiếp nhận đã sửa.",
}


def _owes_new_receipt(view: DossierView, events: Sequence[HistoryEntry]) -> str:
    """What has changed since the receipt that the applicant holds; "" where he holds none, or the last."""
    if view.dossier.closed_at is not None:
        return ""
    told = (event.kind for event in events if event.kind in {*_ON_RECEIPT, EventKind.REPRINTED})
    kind = next(told, EventKind.REPRINTED)
    held = kind is EventKind.DUE_CHANGED or view.dossier.receipt_prints > 0
    return _ON_RECEIPT.get(kind, "") if held else ""


def _clock(session: Session, view: DossierView, held: tuple[Pause, ...], now: dt.datetime) -> dict[str, Any]:
    """The clock in words: standing, limit, and how the date came about."""
    standing = view.standing(now)
    try:
        explained = promises.explained(session, view.dossier, now, held)
    except CalendarHorizonError:  # a year was taken out of the calendar: the date stands, its working not
        explained = None
    return {
        "badge": standings.BADGES[standing],
        "sentence": standings.sentence(standing, view.dossier, now.date()),
        "limit": view.limit and ledgers.limit_words(view.limit),
        "projected": explained and explained.deadline.projected and explained.deadline.current_due_at,
        "ledger": explained and ledgers.lines(explained.deadline.steps),
        "ledger_result": explained and ledgers.result(explained.deadline, explained.limit),
    }


def _rights(session: Session, view: DossierView) -> frozenset[Permission]:
    held_at = {view.receiving.id, view.resolving.id, view.returning.id, view.dossier.step_agency_id}
    places = frozenset(place for place in held_at if place is not None)
    return permissions_on(current_user.memberships, places, lambda agency: subtree(session, agency))


def _handover_word(view: DossierView, now: dt.datetime) -> str:
    due_at, confirmed_at = view.dossier.handover_due_at, view.dossier.handover_confirmed_at
    return clock_words(due_at, confirmed_at, now) if due_at else ""


def _told_at(session: Session, view: DossierView, offered: dict[str, ActionForm]) -> dt.datetime | None:
    """When the applicant was told of a result that could still be taken back."""
    if Action.REOPEN.value not in offered:
        return None
    return applicantmail.last_sent(session, ApplicantLetter.RESULT_READY, view.dossier)


def _actions(
    view: DossierView,
    rights: frozenset[Permission],
    events: Sequence[HistoryEntry],
    waiting: StandingHandover | None,
    steps: Steps | None,
    now: dt.datetime,
    *,
    paused: bool,
) -> tuple[Action, ...]:
    done = (event.kind for event in events)
    underway = waiting.underway if waiting else None
    handing = handing_for(underway, current_user.user_id, current_user.memberships)
    at = steps.standing if steps else StepStanding()
    circumstances = dossiers.circumstances(
        view.dossier, view.source_kind, done, now, handing, at, paused=paused
    )
    return allowed_actions(view.dossier.state, rights, circumstances=circumstances)


def _forms(
    session: Session, view: DossierView, actions: tuple[Action, ...], refused: ActionForm | None
) -> dict[str, ActionForm]:
    """The forms this person may use now; a refused one takes its place again."""
    forms: dict[str, ActionForm] = {
        kind.action.value: refused if isinstance(refused, kind) else kind(formdata=None)
        for kind in FORMS
        if kind.action in actions
    }
    if works_in(current_user.memberships, Place(view.returning.id)):
        forms.pop(Action.SEND_RESULT.value, None)  # the desk has it already: it finishes
    for form in forms.values():
        form.version.data, form.version.raw_data = view.dossier.version, None
        if isinstance(form, kinds.EndingForm):
            form.asks_of(view.dossier.channel)
    if "assign" in forms or "hand_over" in forms:
        _offer(session, view, forms, refused)
    _fill(view, forms, refused)
    return forms


def _fill(view: DossierView, forms: dict[str, ActionForm], refused: ActionForm | None) -> None:
    """What is most likely meant: that the result goes to the applicant by the way asked for, and that what
    was said of its copy is to change."""
    dossier = view.dossier
    if (noted := forms.get("note_digitised")) is not None and noted is not refused:
        noted["digitised"].data = "no" if dossier.result_digitised else "yes"
    if (returned := forms.get("return_result")) is not None and returned is not refused:
        returned["receiver"].data = view.applicant.full_name
        if dossier.by_post:
            returned["method"].data = ReturnMethod.POST.value
        elif dossier.by_portal:
            returned["method"].data = ReturnMethod.ONLINE.value


def _offer(
    session: Session, view: DossierView, forms: dict[str, ActionForm], refused: ActionForm | None
) -> None:
    units = dossiers.units_of(session, view.resolving.id)
    if (form := forms.get("assign")) is not None:
        here = view.dossier.step_agency_id or view.resolving.id
        own = units if here == view.resolving.id else dossiers.units_of(session, here)
        form["unit_id"].choices = [NOBODY, *choices(own)]
        form["officer_id"].choices = [NOBODY, *choices(dossiers.officers_of(session, here))]
        if form is not refused:
            form["unit_id"].data = view.dossier.holding_unit_id
            form["officer_id"].data = view.dossier.officer_id
    if (form := forms.get("hand_over")) is not None:
        form["unit_id"].choices = choices(
            (unit_id, name) for unit_id, name in units if unit_id != view.dossier.holding_unit_id
        )
        if view.dossier.handover_due_at and not view.dossier.handover_confirmed_at:
            form["unit_id"].choices.insert(0, Choice(str(kinds.WHOLE_AGENCY), view.resolving.name))
        if not form["unit_id"].choices:
            del forms["hand_over"]


def _lateness(session: Session, view: DossierView, now: dt.datetime, alert: Any, today: dt.date) -> str:
    """How late: a reception by its clock, as the lists say it, anything else by days."""
    minutes = None
    if alert.rule is Rule.LATE_RECEPTION and alert.due_at is not None:
        minutes = worked_since(session, view.dossier.receiving_agency_id, alert.due_at, now)
    return lateness(alert, today, minutes)


def _history(session: Session, view: DossierView, *, personal: bool, shown: bool) -> list[HistoryEntry]:
    """What happened; numbers that were put right are masked as those that stand."""
    events = dossiers.history(session, view.dossier.id, with_private=personal)
    if shown:
        return events
    return [one._replace(private=masked(one.private)) if one.private else one for one in events]


def _people(view: DossierView, *, personal: bool, shown: bool) -> list[dict[str, Any]]:
    """Owner and, where somebody else filed it, applicant; numbers masked until somebody says why (shown)."""
    people = [("Chủ hồ sơ", view.owner)]
    if view.applicant.id != view.owner.id:
        people.append(("Người nộp", view.applicant))
    return [
        {
            "role": role,
            "name": person.full_name if personal else listed_name(person.full_name, person.kind),
            "id_number": person.id_number and (person.id_number if shown else mask_id(person.id_number)),
            "phone": person.phone and (person.phone if shown else mask_phone(person.phone)),
            "email": person.email if shown else None,
            "address": person.address if shown else None,
            "post_address": person.post_address if shown else None,
            "birth_on": person.birth_on if shown else None,
        }
        for role, person in people
    ]


def _name(name: str | None, *, personal: bool) -> str | None:
    return name if personal or name is None else mask_name(name)
