"""Letters that urge: written from chosen dossiers, listed, taken as PDF or DOCX."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import ConflictingSubmission, DuplicateSubmission, InvalidInput
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.typeddates import read_day
from tthc_tracker.printouts import urging_letter as paper
from tthc_tracker.printouts.printout import form_version
from tthc_tracker.queries import bulk
from tthc_tracker.queries import urging as reads
from tthc_tracker.queries.supervision import Listing
from tthc_tracker.queries.urging import Addressee, Signer
from tthc_tracker.services import audit, printing, submissions, urging
from tthc_tracker.services.acting import Target
from tthc_tracker.services.batches import MOST, Outcome
from tthc_tracker.services.printing import PrintSlip
from tthc_tracker.services.urging import IssueLetter
from tthc_tracker.web import selection
from tthc_tracker.web.access import requires
from tthc_tracker.web.forms import whole
from tthc_tracker.web.listpages import ListPage
from tthc_tracker.web.papers import pdf
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.web.urging.blueprint import blueprint
from tthc_tracker.wording import batches as batchwords
from tthc_tracker.wording import urging as words
from tthc_tracker.wording.labels import label

FILE = "cong-van-don-doc-{number}"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Sent:
    """What became of one place's dossiers. letter_id: None if none could stand on a letter."""

    to: str
    letter_id: int | None
    outcomes: Sequence[Outcome]


@blueprint.get("")
@requires(Permission.VIEW_DOSSIERS)
def index() -> ResponseReturnValue:
    """The letters from and to the agencies in scope, and which of them wait for an explanation."""
    found = reads.letters(reading(), current_user.scope, whole(request.args.get("after")))
    shown = found[: reads.PAGE]
    further = url_for("urging.index", after=shown[-1].id) if len(found) > reads.PAGE else None
    first = url_for("urging.index") if request.args.get("after") else None
    return render_template(
        "urging/index.html", letters=shown, next_url=further, first_url=first, now=clock.now()
    )


@blueprint.post("/soan")
@requires(Permission.URGE_UNITS)
def draft() -> ResponseReturnValue:
    """What was chosen in a list of late dossiers, by where it lies, with the form of the letters."""
    name = request.args.get("list", "")
    page = ListPage.of(reading(), name if name == Listing.REAPPOINTED else Listing.OVERDUE, request.args)
    targets = page.targets(reading(), request.form, clock.now())
    if not targets or len(targets) > MOST:
        flash(batchwords.TOO_MANY.format(most=MOST) if targets else batchwords.NOTHING_CHOSEN, "error")
        return redirect(page.other())
    return _show(targets)


@blueprint.post("")
@requires(Permission.URGE_UNITS)
def issue() -> ResponseReturnValue:
    """Issue a letter to each place; what became of each dossier is told."""
    targets = selection.chosen(request.form.getlist(selection.FIELD)[: MOST + 1])
    if problem := selection.problem(targets, request.form):
        return _show(targets[:MOST], {"row": problem}), 422
    try:
        sent = [_send(one, targets) for one in _places(targets)]
    except InvalidInput as fault:
        return _show(targets, {fault.field: fault.message}), 422
    except (DuplicateSubmission, ConflictingSubmission):
        return redirect(url_for("urging.index"), 303)
    return render_template("urging/sent.html", sent=sent, words=words)


def _send(one: Addressee, targets: Sequence[Target]) -> Sent:
    """One letter with its number, rows, events and words: all or nothing."""
    now, person, key = clock.now(), current_user, selection.key_of(request.form)
    mine = tuple(target for target in targets if target.code in set(one.codes))
    own = hashlib.sha256(f"{key}:{one.to}".encode()).hexdigest()[:32]
    content = submissions.fingerprint({"rows": [target.code for target in mine], "form": _typed()})
    with transaction() as session:
        submissions.claim(
            session, own, user_id=person.user_id, action="urging_letter", content=content, now=now
        )
        issued = urging.issue(session, _command(one, mine), person=person, now=now)
        if issued.letter_id is not None:
            _keep(session, issued.letter_id, now)
        submissions.settle(session, own, kind="letter", result=str(issued.letter_id or ""), now=now)
    return Sent(one.name, issued.letter_id, issued.outcomes)


def _command(one: Addressee, targets: tuple[Target, ...]) -> IssueLetter:
    typed = _typed()
    user_id, _, deputyship = typed["signer"].partition("-")
    try:
        answer_by = read_day(typed["answer_by"])
    except ValueError:
        answer_by = None
    signer = (whole(user_id) or 0, whole(deputyship))
    return IssueLetter(_agency(), one.to, targets, typed["symbol"], answer_by or dt.date.min, signer)


def _keep(session: Session, letter_id: int, now: dt.datetime) -> None:
    """Keep what it says as printed, and note that it was issued."""
    session.flush()
    sheet = reads.letter_sheet(session, letter_id)
    made = paper.paper(sheet)
    slip = PrintSlip(
        reads.FORM, reads.subject_of(letter_id), made.created_at, made.size, made.form, form_version(),
        made.content,
    )  # fmt: skip
    kept = printing.keep(session, slip, person_id=current_user.user_id, now=now)
    audit.note(
        session, "urging_letter_issued", actor_id=current_user.user_id, now=now, object_type="letter",
        object_id=letter_id, agency_id=_agency(),
        facts={"code": sheet.number, "dossiers": len(sheet.rows), "sha256": kept.sha256},
    )  # fmt: skip


@blueprint.get("/<int:letter_id>/cong-van.<form>")
@requires(Permission.VIEW_DOSSIERS)
def fetch(letter_id: int, form: str) -> ResponseReturnValue:
    """A letter as it was issued, to be shown or to be opened with Word."""
    number, issued_at, content = reads.kept(reading(), letter_id, current_user.scope)
    made = paper.document if form == "docx" else _set if form == "pdf" else abort(404)
    file, name = made(content, issued_at), FILE.format(number=number.replace("/", "-"))
    _note_taken(letter_id, {"code": number, "form": form, "sha256": hashlib.sha256(file).hexdigest()})
    if form == "pdf":
        return pdf(file, name)
    return Response(
        file, mimetype=DOCX, headers={"Content-Disposition": f'attachment; filename="{name}.docx"'}
    )


def _set(content: bytes, issued_at: dt.datetime) -> bytes:
    return paper.again(content, issued_at).typeset()


def _note_taken(letter_id: int, facts: dict[str, str]) -> None:
    with transaction() as session:
        audit.note(
            session, "urging_letter_fetched", actor_id=current_user.user_id, now=clock.now(),
            object_type="letter", object_id=letter_id, facts=facts,
        )  # fmt: skip


# --- the form


def _agency() -> int:
    """In whose name: the first of the agencies where this person may urge."""
    return urging.sends_from(current_user)[0]


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("symbol", "answer_by", "signer")}


def _places(targets: Sequence[Target]) -> list[Addressee]:
    return reads.addressees(reading(), [target.code for target in targets], current_user.scope)


def _show(targets: Sequence[Target], errors: dict[str, str] | None = None) -> str:
    session, now = reading(), clock.now()
    versions = {target.code: target.version or 0 for target in targets}
    signers = reads.signers(session, _agency(), now)
    typed, codes = _typed(), [target.code for target in targets]
    return render_template(
        "urging/draft.html",
        places=_places(targets), versions=versions,
        known=bulk.picked(session, codes, current_user.scope), errors=errors or {}, words=words,
        symbol=typed["symbol"] or reads.last_symbol(session, _agency()), answer_by=typed["answer_by"],
        proposed=reads.proposed_answer(session, _agency(), now), signer=typed["signer"],
        signers=[(_key(*one.key), _signs(one)) for one in signers],
        field=selection.FIELD, value=selection.value,
        submission_key=selection.key_of(request.form) or secrets.token_hex(16),
    )  # fmt: skip


def _signs(one: Signer) -> str:
    return f"{one.name}, {label(one.form).lower()}" if one.form else one.name


def _key(user_id: int, deputyship_id: int | None) -> str:
    return f"{user_id}-{deputyship_id}" if deputyship_id is not None else str(user_id)
