"""The forms of an answer; each knows the action and the command it stands for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.receptionfacts import Paper
from tthc_tracker.queries.procedures import RequiredPaper
from tthc_tracker.services.acting import Target
from tthc_tracker.services.answering import AcceptDossier, MarkAtSource, NoteResubmission, RefuseDossier
from tthc_tracker.services.supplements import LONGEST, LONGEST_BASIS, AskSupplement
from tthc_tracker.web.forms import RELOAD, Day, Lines, LocalMoment, Version, text_line, whole

LONG = Length(max=LONGEST, message=f"Dài nhất {LONGEST} ký tự.")


class AnswerForm(FlaskForm):
    """A form of the page, with the version it was made from. Its fields' names begin with the action's."""

    action: ClassVar[Action]

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.action.value, **given)

    def target(self, code: str) -> Target:
        """The dossier as this form saw it."""
        return Target(code, self.version.data)


class AcceptForm(AnswerForm):
    """Complete and correct."""

    action = Action.ACCEPT

    case_code = text_line("Trường hợp", longest=40)

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> AcceptDossier:
        """The verb this form asks for."""
        return AcceptDossier(self.target(code), self.case_code.data or None)


class AskForm(AnswerForm):
    """All that is missing."""

    action = Action.ASK_SUPPLEMENT

    papers = SelectMultipleField("Giấy tờ còn thiếu", coerce=whole, validate_choice=False)
    content = Lines("Giấy tờ, nội dung khác cần hoàn thiện", validators=[Optional(), LONG])
    reason = text_line("Lý do", longest=LONGEST, required="Hãy ghi lý do cần bổ sung.")
    basis = text_line("Căn cứ", longest=LONGEST_BASIS, required="Hãy ghi căn cứ của yêu cầu bổ sung.")
    reply_by = Day("Hạn bổ sung", validators=[InputRequired("Hãy chọn hạn bổ sung.")])
    again_because = text_line("Vì sao phải yêu cầu thêm lần nữa", longest=LONGEST)

    def to_command(self, code: str, required: Sequence[RequiredPaper]) -> AskSupplement:
        """The verb this form asks for; what was ticked, as the procedure asks for it."""
        ticked = {number for number in self.papers.data or () if number is not None}
        papers = tuple(
            Paper(paper.name, paper.originals, paper.certified, paper.copies)
            for number, paper in enumerate(required)
            if number in ticked
        )
        return AskSupplement(
            self.target(code),
            papers,
            content=self.content.data or "",
            reason=self.reason.data or "",
            basis=self.basis.data or "",
            reply_by=self.reply_by.data,
            again_because=self.again_because.data or "",
        )


class RefuseForm(AnswerForm):
    """Not accepted."""

    action = Action.REFUSE

    reason = text_line("Lý do từ chối", longest=LONGEST, required="Hãy ghi lý do từ chối.")

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> RefuseDossier:
        """The verb this form asks for."""
        return RefuseDossier(self.target(code), self.reason.data or "")


class ResubmitForm(AnswerForm):
    """The applicant has brought what was missing."""

    action = Action.RESUBMIT

    at = LocalMoment("Bổ sung lúc (để trống: bây giờ)", validators=[Optional()])

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> NoteResubmission:
        """The verb this form asks for."""
        return NoteResubmission(self.target(code), self.at.aware())


class MarkForm(AnswerForm):
    """Answered in its own source already."""

    action = Action.MARK_AT_SOURCE

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> MarkAtSource:
        """The verb this form asks for."""
        return MarkAtSource(self.target(code))


FORMS: tuple[type[AnswerForm], ...] = (ResubmitForm, AcceptForm, AskForm, RefuseForm, MarkForm)
