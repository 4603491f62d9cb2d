"""The small forms of a dossier's page; each knows the command it stands for."""

import datetime as dt

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.domain.lifecycle import ResultKind, ReturnMethod
from tthc_tracker.services.acting import Target
from tthc_tracker.services.processing import AssignDossier, HandOverDossier, NoteDossier
from tthc_tracker.services.release import FinishDossier, ReopenDossier, ReturnResult, WithdrawDossier
from tthc_tracker.wording.labels import label

Commands = (
    AssignDossier
    | HandOverDossier
    | NoteDossier
    | FinishDossier
    | ReturnResult
    | WithdrawDossier
    | ReopenDossier
)

LONG = Length(max=500, message="Nhiều nhất 500 ký tự.")


def whole(text: str | int | None) -> int | None:
    """A choice of a list as a number; nothing chosen is None."""
    return int(text) if text else None


class ActionForm(FlaskForm):
    """A form of the page, with the version it was made from."""

    version = IntegerField(validators=[InputRequired("Hãy tải lại trang.")])

    def target(self, code: str) -> Target:
        """The dossier as this form saw it."""
        return Target(code, self.version.data)


class AssignForm(ActionForm):
    """To a unit, an officer, or both."""

    unit_id = SelectField("Phòng, đơn vị", coerce=whole, validate_choice=False)
    officer_id = SelectField("Cán bộ thụ lý", coerce=whole, validate_choice=False)
    note = StringField("Ghi chú", validators=[Optional(), LONG])

    def to_command(self, code: str) -> AssignDossier:
        """The verb this form asks for."""
        return AssignDossier(self.target(code), self.unit_id.data, self.officer_id.data, self.note.data or "")


class HandOverForm(ActionForm):
    """To another unit."""

    unit_id = SelectField("Chuyển đến", coerce=whole, validate_choice=False)
    note = StringField("Ghi chú", validators=[Optional(), LONG])

    def to_command(self, code: str) -> HandOverDossier:
        """The verb this form asks for."""
        return HandOverDossier(self.target(code), self.unit_id.data or 0, self.note.data or "")


class NoteForm(ActionForm):
    """A remark."""

    text = TextAreaField("Nội dung", validators=[InputRequired("Hãy ghi nội dung."), LONG])

    def to_command(self, code: str) -> NoteDossier:
        """The verb this form asks for."""
        return NoteDossier(self.target(code), self.text.data or "")


class FinishForm(ActionForm):
    """The result is ready at the one-stop."""

    kind = SelectField("Kết quả", choices=[(kind.value, label(kind)) for kind in ResultKind])
    number = StringField(
        "Số văn bản", validators=[Optional(), Length(max=60, message="Nhiều nhất 60 ký tự.")]
    )
    result_on = DateField("Ngày văn bản", validators=[Optional()])
    reason = StringField("Lý do (bắt buộc khi từ chối)", validators=[Optional(), LONG])

    def to_command(self, code: str) -> FinishDossier:
        """The verb this form asks for."""
        day: dt.date | None = self.result_on.data
        kind = ResultKind(self.kind.data)
        return FinishDossier(self.target(code), kind, self.number.data or "", day, self.reason.data or "")


class ReturnForm(ActionForm):
    """The result is handed over."""

    receiver = StringField("Người nhận kết quả", validators=[InputRequired("Hãy ghi tên người nhận.")])
    method = SelectField("Cách trả", choices=[(method.value, label(method)) for method in ReturnMethod])
    note = StringField("Giấy uỷ quyền, ghi chú", validators=[Optional(), LONG])

    def to_command(self, code: str) -> ReturnResult:
        """The verb this form asks for."""
        method = ReturnMethod(self.method.data)
        return ReturnResult(self.target(code), self.receiver.data or "", method, self.note.data or "")


class ReasonForm(ActionForm):
    """An act that needs its reason."""

    reason = StringField("Lý do", validators=[InputRequired("Hãy ghi lý do."), LONG])


class WithdrawForm(ReasonForm):
    """The applicant takes the dossier back."""

    def to_command(self, code: str) -> WithdrawDossier:
        """The verb this form asks for."""
        return WithdrawDossier(self.target(code), self.reason.data or "")


class ReopenForm(ReasonForm):
    """A finish noted by mistake is taken back."""

    def to_command(self, code: str) -> ReopenDossier:
        """The verb this form asks for."""
        return ReopenDossier(self.target(code), self.reason.data or "")
