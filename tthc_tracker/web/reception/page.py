"""The page of a reception: the form, the papers, the promise; new or to be put right."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotAllowed, NotFound
from tthc_tracker.domain.folding import fold
from tthc_tracker.domain.receptionfacts import ReceptionFacts
from tthc_tracker.queries import commonprocedures, procedures, reception
from tthc_tracker.queries.procedures import ProcedureChoice, RequiredPaper
from tthc_tracker.queries.reception import Desk, Noted
from tthc_tracker.web.conflicts import Difference
from tthc_tracker.web.promises import promise
from tthc_tracker.web.reception.forms import (
    KINDS,
    METHODS,
    SEXES,
    STATES,
    WAYS,
    PaperForm,
    ReceptionForm,
    fill_people,
)

CHOICES = {"kind": KINDS, "sex": SEXES, "fee_state": STATES, "fee_method": METHODS, "return_way": WAYS}
AGENCIES = ("resolving_agency", "returning_agency")


def new_key() -> str:
    """The key of a form as rendered: 128 bits."""
    return secrets.token_hex(16)


def secret() -> str:
    """What receipt tokens are derived from."""
    key: str = current_app.config["SETTINGS"].secret_key
    return key


@dataclass(frozen=True)
class PaperRow:
    """A line of the papers as the page shows it."""

    index: int
    name: str = ""
    originals: str = ""
    certified: str = ""
    copies: str = ""
    digitised: bool = False

    @classmethod
    def required(cls, index: int, paper: RequiredPaper) -> "PaperRow":
        """A paper the procedure asks for, as if it were handed in as asked.

        What is asked for in some cases only, "(nếu …)", is for the clerk to count: a receipt never says that
        a paper was handed in because nobody looked.
        """
        if "(nếu" in paper.name.casefold():
            return cls(index, paper.name)
        originals, certified, copies = (
            str(count) if count else "" for count in (paper.originals, paper.certified, paper.copies)
        )
        return cls(index, paper.name, originals, certified, copies)

    @classmethod
    def typed(cls, index: int, row: PaperForm) -> "PaperRow":
        """A paper as it was typed."""
        name, originals, certified, copies = (
            field.data or "" for field in (row.name, row.originals, row.certified, row.copies)
        )
        return cls(index, name, originals, certified, copies, bool(row.digitised.data))


def required_rows(session: Session, version_id: int) -> list[PaperRow]:
    """The papers of a procedure, and an empty line for what else was handed in."""
    papers = procedures.papers_of(session, version_id)
    rows = [PaperRow.required(index, paper) for index, paper in enumerate(papers)]
    return [*rows, PaperRow(len(rows))]


def typed_rows(form: ReceptionForm) -> list[PaperRow]:
    """The papers as they were typed, and an empty line."""
    entries = [row.form for row in form.papers if row.form.name.data]
    rows = [PaperRow.typed(index, row) for index, row in enumerate(entries)]
    return [*rows, PaperRow(len(rows))]


def desks(session: Session, day: dt.date) -> list[Desk]:
    """The desks of the person signed in.

    Raises:
        NotAllowed: none is at work today.
    """
    found = reception.desks_of(session, current_user.memberships, day)
    if not found:
        raise NotAllowed("no desk at work")
    return found


def first_desk(session: Session, day: dt.date, chosen: str | None = None) -> Desk | None:
    """The desk chosen in the form, else the first; None for somebody who corrects without having one."""
    found = reception.desks_of(session, current_user.memberships, day)
    return own_desk(found, chosen) if found else None


def own_desk(found: list[Desk], chosen: str | None) -> Desk:
    """The desk chosen in the form, else the first."""
    return next((desk for desk in found if desk.code == chosen), found[0])


def offer(form: ReceptionForm, found: list[Desk]) -> Desk:
    """The desk of the form; it stands for the agencies that were not named."""
    desk = own_desk(found, form.receiving_agency.data)
    for name in AGENCIES:
        if not form[name].data and not form[f"{name}_text"].data:
            form[name].data, form[f"{name}_text"].data = desk.code, desk.name
    return desk


def read_facts(session: Session, form: ReceptionForm, day: dt.date) -> ReceptionFacts:
    """The form's facts with procedure and agencies found in the catalogue; what is not found is refused."""
    found = {name: _agency(session, form, name, day) for name in AGENCIES}
    return replace(
        form.facts,
        procedure_code=_procedure(session, form, day),
        resolving_agency_id=found["resolving_agency"],
        returning_agency_id=found["returning_agency"],
    )


def _agency(session: Session, form: ReceptionForm, name: str, day: dt.date) -> int | None:
    code, words = form[name].data or "", form[f"{name}_text"].data or ""
    if not code and not words.strip():
        return None
    agency = reception.agency_by_code(session, code, day) if code else None
    if agency is None or fold(words) not in ("", agency.folded):  # other words were typed over a choice
        agency = reception.agency_by_words(session, words, day)
    if agency is None:
        form.refuse(name, "Không rõ cơ quan nào. Hãy gõ một phần tên rồi chọn trong danh sách.")
        return None
    return agency.id


def _procedure(session: Session, form: ReceptionForm, day: dt.date) -> str:
    code, words = form.procedure.data or "", form.procedure_text.data or ""
    hits: list[ProcedureChoice] = []
    chosen = procedures.by_code(session, code, day) if code else None
    if chosen and words.strip() in ("", chosen.words):
        hits = [chosen]
    elif words.strip():
        hits = procedures.resolve(session, words, day)
    if chosen in hits:  # not all of its words are there, and none that is another's
        hits = [chosen]
    if len(hits) == 1:
        form.procedure.data, form.procedure_text.data = hits[0].code, hits[0].words
        return hits[0].code
    form.refuse("procedure", _which(hits))
    return ""


def _which(hits: list[ProcedureChoice]) -> str:
    if not hits:
        return "Hãy chọn thủ tục: gõ một phần tên hoặc mã rồi chọn một dòng."
    names = "; ".join(f"{hit.code} {hit.name[:80]}" for hit in hits[:5])
    return f"Có nhiều thủ tục khớp, hãy gõ mã của thủ tục cần chọn: {names}."


# --- the promise


def _promise_of(session: Session, form: ReceptionForm, desk: Desk, now: dt.datetime) -> Any:
    agency = reception.agency_by_code(session, form.resolving_agency.data or "", now.date()) or desk
    channel = next((one for one in form.channels if one == form.channel.data), form.channels[0])
    case_code = form.case_code.data or ""
    return promise(session, form.procedure.data or "", channel, agency.id, now, case_code)


def cases(session: Session, procedure_code: str, day: dt.date) -> list[tuple[str, str]]:
    """The cases of a procedure to choose from; none where there is nothing to choose."""
    choice = procedures.by_code(session, procedure_code, day) if procedure_code else None
    found = procedures.cases_of(session, choice.version_id) if choice else ()
    named = [(code, name or "Trường hợp chung") for code, name in found]
    return named if any(code for code, _ in named) else []


# --- rendering


def next_form(session: Session, code: str, now: dt.datetime) -> ReceptionForm:
    """An empty form, or one with the people of a dossier of this desk, named by its code alone.

    Raises:
        NotFound: no dossier of that code at a desk of this person.
    """
    form = ReceptionForm(formdata=None)
    if not code:
        return form
    earlier = own_reception(session, code, now)
    fill_people(form, earlier.facts)
    form.along_with.data, form.receiving_agency.data = earlier.code, earlier.receiving.code
    return form


def own_reception(session: Session, code: str, now: dt.datetime) -> Noted:
    """What was noted of a dossier of one of this person's own desks.

    Raises:
        NotFound: none of that code there.
    """
    noted = reception.noted(session, code, current_user.scope)
    if noted.receiving.id not in {desk.id for desk in desks(session, now.date())}:
        raise NotFound(code)
    return noted


def render_new(
    session: Session,
    form: ReceptionForm,
    now: dt.datetime,
    *,
    earlier: str | None = None,
    done: str = "",
    template: str = "reception/receive.html",
) -> str:
    """The page of a new reception. `earlier`: the code that this form made already, with other content.

    done: the code of a dossier whose result was just given on the spot.
    """
    found = desks(session, now.date())
    desk = offer(form, found)
    form.submission_key.data = new_key() if earlier else form.submission_key.data or new_key()
    return render_template(
        template,
        form=form,
        desk=desk,
        desks=[(one.code, one.name) for one in found],
        choices=CHOICES | {"channel": form.channel_choices},
        rows=typed_rows(form) if form.procedure.data or form.papers.entries else [],
        cases=cases(session, form.procedure.data or "", now.date()),
        promise=_promise_of(session, form, desk, now),
        earlier=earlier,
        done=own_reception(session, done, now) if done else None,
        keys=commonprocedures.digit_keys(session, desk.id, now),
    )


def render_correction(
    session: Session,
    form: ReceptionForm,
    noted: Noted,
    both: Sequence[Difference] = (),
    *,
    action: str,
    at_work: bool,
) -> str:
    """The page that puts a reception right; the promise counts from the acceptance, as it was.

    both: where what was typed and what somebody else has stored since differ. at_work: people have begun.
    """
    return render_template(
        "reception/correct.html",
        form=form,
        noted=noted,
        both=both,
        action=action,
        at_work=at_work,
        desk=noted.receiving,
        desks=[],
        choices=CHOICES | {"channel": form.channel_choices},
        rows=typed_rows(form),
        cases=cases(session, form.procedure.data or "", noted.accepted_at.date()),
        promise=_promise_of(session, form, noted.receiving, noted.accepted_at),
    )
