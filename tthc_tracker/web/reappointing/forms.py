"""The forms of an apology and of lateness; each knows the command it stands for."""

from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.domain.apologies import LatenessCause
from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.services.acting import Target
from tthc_tracker.services.apologies import WHY, ApproveApology, RejectApology, WriteApology
from tthc_tracker.services.lateness import ExplainLateness
from tthc_tracker.services.supplements import LONGEST
from tthc_tracker.web.forms import RELOAD, Lines, LocalMoment, Version, text_line
from tthc_tracker.wording.labels import label

CAUSES = [SelectChoice(one.value, label(one)) for one in LatenessCause]
LONG = Length(max=LONGEST, message=f"Dài nhất {LONGEST} ký tự.")


class ApologyForm(FlaskForm):
    """A form of the page, with the version it was made from."""

    name: ClassVar[str]
    action: ClassVar[Action]

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.name, **given)

    def target(self, code: str) -> Target:
        """The dossier as this form saw it."""
        return Target(code, self.version.data)


class DraftForm(ApologyForm):
    """It cannot be done in time."""

    name = "khong_kip"
    action = Action.APOLOGISE

    cause = SelectField("Nguyên nhân", choices=CAUSES)
    reason = Lines("Lý do in trên văn bản", validators=[InputRequired(WHY), LONG])
    due_at = LocalMoment("Hẹn lại vào", validators=[Optional()])

    def to_command(self, code: str) -> WriteApology:
        """The verb this form asks for."""
        return WriteApology(
            self.target(code), LatenessCause(self.cause.data), self.reason.data or "", self.due_at.aware()
        )


class EditForm(DraftForm):
    """The draft is changed."""

    name = "sua"
    action = Action.EDIT_APOLOGY


class ApproveForm(ApologyForm):
    """The head signs."""

    name = "duyet"
    action = Action.APPROVE_APOLOGY

    def to_command(self, code: str) -> ApproveApology:
        """The verb this form asks for."""
        return ApproveApology(self.target(code))


class RejectForm(ApologyForm):
    """The head does not."""

    name = "khong_duyet"
    action = Action.REJECT_APOLOGY

    reason = text_line("Lý do không duyệt", longest=LONGEST, required="Hãy ghi lý do không duyệt.")

    def to_command(self, code: str) -> RejectApology:
        """The verb this form asks for."""
        return RejectApology(self.target(code), self.reason.data or "")


class LatenessForm(ApologyForm):
    """Why it is late."""

    name = "ly_do_tre"
    action = Action.EXPLAIN_LATENESS

    cause = SelectField("Nguyên nhân", choices=CAUSES)
    note = text_line("Ghi thêm (bắt buộc với lý do khác)", longest=LONGEST)

    def to_command(self, code: str) -> ExplainLateness:
        """The verb this form asks for."""
        return ExplainLateness(self.target(code), LatenessCause(self.cause.data), self.note.data or "")


DRAFTING: tuple[type[ApologyForm], ...] = (DraftForm,)
DECIDING: tuple[type[ApologyForm], ...] = (EditForm, ApproveForm, RejectForm)
