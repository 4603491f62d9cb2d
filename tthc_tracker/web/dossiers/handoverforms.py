"""The small forms of a hand-over: confirm, reject, take back, send back, send a result, confirm it."""

from wtforms import SelectField
from wtforms.validators import Optional

from tthc_tracker.domain.lifecycle import Action, ResultKind
from tthc_tracker.services.handovers import ConfirmHandover, RejectHandover, SendBack, SendResult, TakeBack
from tthc_tracker.services.release import ConfirmResult, RemindApplicant
from tthc_tracker.services.steps import NextStep, ReturnStep
from tthc_tracker.web.dossiers.forms import (
    LONGEST,
    ActionForm,
    EndingForm,
    whether_digitised,
    whether_electronic,
)
from tthc_tracker.web.forms import Choice, Day, text_line
from tthc_tracker.wording.labels import label


class ConfirmHandoverForm(ActionForm):
    """The papers have arrived."""

    action = Action.CONFIRM_HANDOVER

    def to_command(self, code: str) -> ConfirmHandover:
        """The verb this form asks for."""
        return ConfirmHandover(self.target(code))


class ConfirmResultForm(EndingForm):
    """The result has arrived at the desk."""

    action = Action.CONFIRM_RESULT

    electronic = whether_electronic()
    digitised = whether_digitised()

    def to_command(self, code: str) -> ConfirmResult:
        """The verb this form asks for."""
        return ConfirmResult(self.target(code), self.is_electronic(), self.is_digitised())


class RejectHandoverForm(ActionForm):
    """What was handed over is not taken."""

    action = Action.REJECT_HANDOVER

    reason = text_line("Lý do không nhận", longest=LONGEST, required="Hãy ghi lý do không nhận.")

    def to_command(self, code: str) -> RejectHandover:
        """The verb this form asks for."""
        return RejectHandover(self.target(code), self.reason.data or "")


class TakeBackForm(ActionForm):
    """Handed over by mistake."""

    action = Action.TAKE_BACK

    reason = text_line("Lý do lấy lại (không bắt buộc)", longest=LONGEST)

    def to_command(self, code: str) -> TakeBack:
        """The verb this form asks for."""
        return TakeBack(self.target(code), self.reason.data or "")


class NextStepForm(ActionForm):
    """This step is done: on to whoever holds the next."""

    action = Action.NEXT_STEP

    note = text_line("Ghi chú", longest=LONGEST)

    def to_command(self, code: str) -> NextStep:
        """The verb this form asks for."""
        return NextStep(self.target(code), self.note.data or "")


class ReturnStepForm(ActionForm):
    """Back to the step before."""

    action = Action.RETURN_STEP

    reason = text_line("Lý do trả lại", longest=LONGEST, required="Hãy ghi lý do trả lại bước trước.")

    def to_command(self, code: str) -> ReturnStep:
        """The verb this form asks for."""
        return ReturnStep(self.target(code), self.reason.data or "")


class SendBackForm(ActionForm):
    """Back to the desk."""

    action = Action.SEND_BACK

    reason = text_line("Lý do trả về một cửa", longest=LONGEST, required="Hãy ghi lý do trả về một cửa.")

    def to_command(self, code: str) -> SendBack:
        """The verb this form asks for."""
        return SendBack(self.target(code), self.reason.data or "")


class SendResultForm(ActionForm):
    """The result goes to the desk, which confirms that it is there."""

    action = Action.SEND_RESULT

    kind = SelectField("Kết quả", choices=[Choice(kind.value, label(kind)) for kind in ResultKind])
    number = text_line("Số văn bản", longest=60)
    result_on = Day("Ngày văn bản", validators=[Optional()])
    reason = text_line("Lý do (bắt buộc khi từ chối)", longest=LONGEST)

    def to_command(self, code: str) -> SendResult:
        """The verb this form asks for."""
        return SendResult(
            self.target(code),
            ResultKind(self.kind.data),
            number=self.number.data or "",
            result_on=self.result_on.data,
            reason=self.reason.data or "",
        )


class RemindForm(ActionForm):
    """The applicant is told once more that the result waits."""

    action = Action.REMIND

    def to_command(self, code: str) -> RemindApplicant:
        """The verb this form asks for."""
        return RemindApplicant(self.target(code))
