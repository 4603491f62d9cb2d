"""Put a reception right: at the desk while nobody has begun, and by who leads the work once they have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask import request as sent
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotNow, StaleVersion
from tthc_tracker.domain.lifecycle import Action, allowed_actions
from tthc_tracker.domain.permissions import Permission
from tthc_tracker.domain.personaldata import Ground
from tthc_tracker.domain.receptionfacts import ReceptionFacts
from tthc_tracker.queries import dossiers
from tthc_tracker.queries.reception import Noted
from tthc_tracker.services import personaldata, receptionchanges, workcorrections
from tthc_tracker.services.acting import Target
from tthc_tracker.services.personaldata import ShowPersonal
from tthc_tracker.services.reckoning import Moved
from tthc_tracker.web.access import demand, requires, rights_on
from tthc_tracker.web.conflicts import Difference, differences, settle
from tthc_tracker.web.forms import version_of
from tthc_tracker.web.reception import correction, page
from tthc_tracker.web.reception.blueprint import blueprint
from tthc_tracker.web.reception.forms import CorrectionForm, keep_channel
from tthc_tracker.web.unit_of_work import reading, transaction
from tthc_tracker.wording.pausing import moved
from tthc_tracker.wording.personaldata import CORRECTING

AGAIN = "Đã sửa. Hãy in lại giấy tiếp nhận và thu lại bản cũ."


@dataclass(frozen=True)
class Way:
    """A way to correct: the row of the table it follows, its verb, what to say when it is shut."""

    action: Action
    permission: Permission
    endpoint: str
    verb: Callable[[Session, Target, ReceptionFacts, str], Moved | None]
    shut: str

    @property
    def at_work(self) -> bool:
        """Whether people work on it already."""
        return self.action is Action.CORRECT_AT_WORK

    def is_open(self, code: str) -> bool:
        """Whether the table of the lifecycle lets this person go it now."""
        dossier = dossiers.find(reading(), code, current_user.scope).dossier
        circumstances = dossiers.circumstances_of(reading(), dossier, clock.now())
        return self.action in allowed_actions(dossier.state, rights_on(code), circumstances=circumstances)


def _at_desk(session: Session, target: Target, facts: ReceptionFacts, reason: str) -> None:
    command = receptionchanges.CorrectReception(target, facts, reason)
    receptionchanges.correct(session, command, actor=current_user, now=clock.now())


def _at_work(session: Session, target: Target, facts: ReceptionFacts, reason: str) -> Moved | None:
    command = workcorrections.CorrectAtWork(target, facts, reason)
    domain = str(current_app.config["SETTINGS"].mail_domain)
    return workcorrections.correct_at_work(
        session, command, person=current_user, now=clock.now(), mail_domain=domain
    )


DESK = Way(
    Action.CORRECT_RECEPTION, Permission.CORRECT_RECEPTION, "reception.correct_form", _at_desk,
    "Hồ sơ đã có người xử lý hoặc đã đổi trạng thái nên quầy không sửa được nữa. Khi hồ sơ đang giải quyết, "
    "lãnh đạo phòng, cơ quan hoặc người kiểm soát sửa được: hãy nhờ họ.",
)  # fmt: skip
WORK = Way(
    Action.CORRECT_AT_WORK, Permission.CORRECT_AT_WORK, "reception.correct_at_work_form", _at_work,
    "Chỉ sửa được ở đây khi hồ sơ đang giải quyết: hồ sơ này chưa ai xử lý (quầy tiếp nhận sửa) "
    "hoặc đã kết thúc.",
)  # fmt: skip


@blueprint.get("/ho-so/<code>/sua-tiep-nhan")
@requires(Permission.CORRECT_RECEPTION)
def correct(code: str) -> ResponseReturnValue:
    """What was noted, to be put right by the desk."""
    return _form(DESK, code)


@blueprint.post("/ho-so/<code>/sua-tiep-nhan")
@requires(Permission.CORRECT_RECEPTION)
def correct_form(code: str) -> ResponseReturnValue:
    """Put it right, and go back to the dossier; its receipt is to be printed again."""
    return _sent(DESK, code)


@blueprint.get("/ho-so/<code>/sua-khi-dang-giai-quyet")
@requires(Permission.CORRECT_AT_WORK)
def correct_at_work(code: str) -> ResponseReturnValue:
    """What was noted, to be put right by who leads the work."""
    return _form(WORK, code)


@blueprint.post("/ho-so/<code>/sua-khi-dang-giai-quyet")
@requires(Permission.CORRECT_AT_WORK)
def correct_at_work_form(code: str) -> ResponseReturnValue:
    """Put it right, and say how the promised date moved."""
    return _sent(WORK, code)


def _form(way: Way, code: str) -> ResponseReturnValue:
    demand(way.permission, code)
    noted = correction.noted_of(reading(), code)
    if not way.is_open(code):
        flash(way.shut, "error")
        return redirect(url_for("dossiers.show", code=code))
    _note_that_it_is_seen(noted.code)
    return _page(way, correction.filled(reading(), noted), noted)


def _note_that_it_is_seen(code: str) -> None:
    """The form holds the numbers that the dossier's page shows masked: to open it is to see them."""
    command = ShowPersonal(code, Ground.WORK, CORRECTING)
    with transaction() as session:
        personaldata.show(session, command, person=current_user, now=clock.now())


def _sent(way: Way, code: str) -> ResponseReturnValue:
    form = CorrectionForm()
    demand(way.permission, code)
    noted = correction.noted_of(reading(), code)
    stored = correction.filled(reading(), noted)
    status, outcome = _corrected(way, form, noted, stored)
    if status != 303:
        return _page(way, form, noted, _both(form, stored, status)), status
    flash(f"Đã sửa. {moved(outcome.old, outcome.new)}" if outcome else AGAIN, "success")
    return redirect(url_for("dossiers.show", code=noted.code), 303)


def _page(way: Way, form: CorrectionForm, noted: Noted, both: list[Difference] | None = None) -> str:
    action = url_for(way.endpoint, code=noted.code)
    return page.render_correction(reading(), form, noted, both or (), action=action, at_work=way.at_work)


def _both(form: CorrectionForm, stored: CorrectionForm, status: int) -> list[Difference]:
    if status != 409:
        return []
    beside = correction.beside(form, stored)
    return differences(form, stored, correction.shown, sent.form, leave_out=beside)


def _corrected(
    way: Way, form: CorrectionForm, noted: Noted, stored: CorrectionForm
) -> tuple[int, Moved | None]:
    """The status of the answer, 303 once put right, 409 for another's version to look at; what moved."""
    keep_channel(form, noted)
    if not settle(form, stored, sent.form):
        return _refused(form, "", correction.CONFLICT, 409)
    form.validate()
    facts: Any = page.read_facts(reading(), form, noted.accepted_at.date())
    if form.errors:
        return 422, None
    try:
        with transaction() as session:
            target = Target(noted.code, version_of(form))
            return 303, way.verb(session, target, facts, form.reason.data or "")
    except InvalidInput as error:
        return _refused(form, error.field, error.message, 422)
    except StaleVersion:
        form.version.data = stored.version.data
        return _refused(form, "", correction.CONFLICT if way.is_open(noted.code) else way.shut, 409)
    except NotNow:
        return _refused(form, "", way.shut, 409)


def _refused(form: CorrectionForm, name: str, message: str, status: int) -> tuple[int, None]:
    form.refuse(name, message)
    return status, None
