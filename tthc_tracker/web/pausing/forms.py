"""The forms of a pause; each knows the command it stands for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it
from wtforms.validators import InputRequired, Optional

from tthc_tracker.domain.lifecycle import Action
from tthc_tracker.domain.pauses import PausePolicy
from tthc_tracker.domain.pausing import PauseReason
from tthc_tracker.queries.procedures import RequiredPaper
from tthc_tracker.services.acting import Target
from tthc_tracker.services.pauserules import SetRule
from tthc_tracker.services.pausing import ACTIONS, LONGEST_ASKED, PauseDossier, ResumeDossier
from tthc_tracker.services.stopping import LONGEST_REQUEST, StopDossier
from tthc_tracker.services.supplements import LONGEST, LONGEST_BASIS
from tthc_tracker.web.forms import RELOAD, Day, LocalMoment, Version, text_line, whole
from tthc_tracker.web.supplementfields import SupplementFields
from tthc_tracker.wording.labels import label


class PauseForm(FlaskForm):
    """A form of the page, with the version it was made from. `actions`: any of these makes it offered."""

    name: ClassVar[str]
    actions: ClassVar[frozenset[Action]]

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.name, **given)

    def target(self, code: str) -> Target:
        """The dossier as this form saw it."""
        return Target(code, self.version.data)


class AskForm(SupplementFields, PauseForm):
    """All that is missing, once."""

    name = "bo_sung"
    actions = frozenset({Action.ASK_SUPPLEMENT})


class WaitForm(PauseForm):
    """Wait for something else."""

    name = "cho"
    actions = frozenset(ACTIONS.values())

    reason = SelectField("Chờ việc gì", choices=[SelectChoice(one.value, label(one)) for one in ACTIONS])
    asked_of = text_line("Cơ quan, đơn vị được lấy ý kiến", longest=LONGEST_ASKED)
    note = text_line("Nội dung chờ", longest=LONGEST, required="Hãy ghi nội dung chờ.")
    basis = text_line("Căn cứ (để trống: theo quy tắc)", longest=LONGEST_BASIS)
    reply_by = Day("Hạn trả lời (để trống: theo quy tắc)", validators=[Optional()])

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> PauseDossier:
        """The verb this form asks for."""
        return PauseDossier(
            self.target(code),
            PauseReason(self.reason.data),
            note=self.note.data or "",
            basis=self.basis.data or "",
            reply_by=self.reply_by.data,
            asked_of=self.asked_of.data or "",
        )


class ResumeForm(PauseForm):
    """The answer has come."""

    name = "tiep_tuc"
    actions = frozenset({Action.RESUME})

    at = LocalMoment("Có trả lời lúc (để trống: bây giờ)", validators=[Optional()])
    note = text_line("Ghi chú", longest=LONGEST)

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> ResumeDossier:
        """The verb this form asks for."""
        return ResumeDossier(self.target(code), self.at.aware(), self.note.data or "")


class StopForm(PauseForm):
    """No longer dealt with."""

    name = "dung"
    actions = frozenset({Action.STOP})

    reason = text_line("Lý do dừng", longest=LONGEST, required="Hãy ghi lý do dừng giải quyết.")
    basis = text_line("Căn cứ", longest=LONGEST_BASIS, required="Hãy ghi căn cứ dừng giải quyết.")
    request = text_line("Theo đề nghị, văn bản nào (nếu có)", longest=LONGEST_REQUEST)
    given_back = text_line("Giấy tờ, phí trả lại (nếu có)", longest=LONGEST)

    def to_command(self, code: str, _required: Sequence[RequiredPaper]) -> StopDossier:
        """The verb this form asks for."""
        return StopDossier(
            self.target(code),
            self.reason.data or "",
            self.basis.data or "",
            request=self.request.data or "",
            given_back=self.given_back.data or "",
        )


FORMS: tuple[type[PauseForm], ...] = (ResumeForm, AskForm, WaitForm, StopForm)


class RuleForm(FlaskForm):
    """A rule of the catalogue, from a day on."""

    reason = SelectField("Lý do", choices=[SelectChoice(one.value, label(one)) for one in PauseReason])
    procedure_code = text_line("Mã thủ tục (để trống: mọi thủ tục)", longest=40)
    policy = SelectField("Quy tắc", choices=[SelectChoice(one.value, label(one)) for one in PausePolicy])
    restart_within = text_line("Chỉ tính lại từ đầu nếu yêu cầu trong (ngày làm việc)", longest=3)
    lasts_days = text_line("Hạn trả lời mặc định (ngày)", longest=3, required="Hãy ghi số ngày.")
    basis = text_line("Căn cứ in trên phiếu", longest=LONGEST_BASIS)
    valid_from = Day("Áp dụng từ ngày", validators=[InputRequired("Hãy chọn ngày áp dụng.")])

    def to_command(self) -> SetRule:
        """The verb this form asks for."""
        given = (self.restart_within.data or "").strip()
        return SetRule(
            PauseReason(self.reason.data),
            self.procedure_code.data or "",
            self.valid_from.data,
            PausePolicy(self.policy.data),
            lasts_days=whole(self.lasts_days.data),
            restart_within=(whole(given) or 0) if given else None,
            basis=self.basis.data or "",
        )
