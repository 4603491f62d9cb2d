"""The forms of an answer; each knows the action and the command it stands for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, Optional

from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.queries.procedures import RequiredPaper
from tthc_tracker.services.acting import Target
from tthc_tracker.services.answering import AcceptDossier, MarkAtSource, NoteResubmission, RefuseDossier
from tthc_tracker.services.supplements import LONGEST
from tthc_tracker.web.forms import RELOAD, LocalMoment, Version, text_line
from tthc_tracker.web.supplementfields import SupplementFields


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


class AskForm(SupplementFields, AnswerForm):
    """All that is missing."""

    action = Action.ASK_SUPPLEMENT


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
