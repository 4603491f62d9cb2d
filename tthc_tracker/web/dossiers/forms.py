"""The small forms of a dossier's page; each knows the action and the command it stands for."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.domain.handovers import CollectAuthority
from tthc_tracker.domain.lifecycle import Action, Channel, ResultKind, ReturnMethod
from tthc_tracker.domain.personaldata import SHOWING, Ground
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.services.acting import Target
from tthc_tracker.services.personaldata import ShowPersonal
from tthc_tracker.services.processing import AssignDossier, HandOverDossier, NoteDossier
from tthc_tracker.services.release import (
    FinishDossier,
    NoteDigitised,
    ReopenDossier,
    ReturnResult,
    WithdrawDossier,
)
from tthc_tracker.web.forms import RELOAD, Choice, Day, Lines, LocalMoment, Version, text_line, whole
from tthc_tracker.wording.collecting import DIGITISED
from tthc_tracker.wording.labels import label

LONGEST = 500
LONG = Length(max=LONGEST, message=f"Dài nhất {LONGEST} ký tự.")
NOBODY = Choice("", "–")
ANSWERS = {"yes": True, "no": False}
WHOLE_AGENCY, NO_UNIT = 0, -1  # choices of where to hand over to that are no unit


def choices(pairs: Iterable[tuple[int, str]]) -> list[Choice]:
    """Rows of a read as what may be chosen."""
    return [Choice(str(value), words) for value, words in pairs]


class ActionForm(FlaskForm):
    """A form of the page, with the version it was made from. Its fields' names begin with the action's."""

    action: ClassVar[Action]

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.action.value, **given)

    def target(self, code: str) -> Target:
        """The dossier as this form saw it."""
        return Target(code, self.version.data)

    def shown(self) -> list[Any]:
        """The fields a person fills in."""
        return [field for field in self if field.short_name not in {"version", "csrf_token"}]

    def typed(self) -> list[tuple[str, str]]:
        """What was filled in, as (label, words), to be shown where the form itself no longer is."""
        return [
            (field.label.text, " ".join(map(str, field.raw_data)))
            for field in self.shown()
            if not isinstance(field, SelectField) and any(field.raw_data or ())
        ]


class AssignForm(ActionForm):
    """To a unit, an officer, or both."""

    action = Action.ASSIGN

    unit_id = SelectField("Phòng, đơn vị", coerce=whole, validate_choice=False)
    officer_id = SelectField("Cán bộ thụ lý", coerce=whole, validate_choice=False)
    note = text_line("Ghi chú", longest=LONGEST)

    def to_command(self, code: str) -> AssignDossier:
        """The verb this form asks for."""
        return AssignDossier(self.target(code), self.unit_id.data, self.officer_id.data, self.note.data or "")


class HandOverForm(ActionForm):
    """To another unit."""

    action = Action.HAND_OVER

    unit_id = SelectField("Chuyển đến", coerce=whole, validate_choice=False)
    note = text_line("Ghi chú", longest=LONGEST)

    def to_command(self, code: str) -> HandOverDossier:
        """The verb this form asks for."""
        chosen = self.unit_id.data
        unit_id = None if chosen == WHOLE_AGENCY else chosen or NO_UNIT
        return HandOverDossier(self.target(code), unit_id, self.note.data or "")


class NoteForm(ActionForm):
    """A remark."""

    action = Action.NOTE

    text = Lines("Nội dung", validators=[InputRequired("Hãy ghi nội dung."), LONG])

    def to_command(self, code: str) -> NoteDossier:
        """The verb this form asks for."""
        return NoteDossier(self.target(code), self.text.data or "")


def whether_electronic() -> SelectField:
    """The question of an `EndingForm`; made in each, for fields are shown in the order they are made."""
    return SelectField(
        "Bản điện tử hay giấy",
        choices=[
            Choice("", "Không ghi"),
            Choice("yes", "Hoàn toàn điện tử, kết quả là bản điện tử"),
            Choice("no", "Có bước hoặc kết quả bằng giấy"),
        ],
        default="",
    )


def whether_digitised() -> SelectField:
    """The other question of an `EndingForm`."""
    return SelectField("Số hóa kết quả", choices=_choices_of(DIGITISED), default="")


def _choices_of(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(value, said) for value, said in words.items()]


class EndingForm(ActionForm):
    """A form that ends the clock: it asks of what came online whether paper was needed on the way, and of all
    whether the result is kept digitised."""

    electronic: SelectField
    digitised: SelectField

    def asks_of(self, channel: Channel) -> None:
        """What was handed in on paper is not asked."""
        if channel is not Channel.ONLINE:
            del self.electronic

    def is_electronic(self) -> bool | None:
        """What was answered; None: nothing."""
        return ANSWERS.get(self.electronic.data or "")

    def is_digitised(self) -> bool | None:
        """What was answered; None: nothing."""
        return ANSWERS.get(self.digitised.data or "")


class FinishForm(EndingForm):
    """The result is ready at the one-stop."""

    action = Action.FINISH

    kind = SelectField("Kết quả", choices=[Choice(kind.value, label(kind)) for kind in ResultKind])
    number = text_line("Số văn bản", longest=60)
    result_on = Day("Ngày văn bản", validators=[Optional()])
    finished_at = LocalMoment("Có kết quả lúc (để trống: bây giờ)", validators=[Optional()])
    reason = text_line("Lý do (bắt buộc khi từ chối)", longest=LONGEST)
    electronic = whether_electronic()
    digitised = whether_digitised()

    def to_command(self, code: str) -> FinishDossier:
        """The verb this form asks for."""
        return FinishDossier(
            self.target(code),
            ResultKind(self.kind.data),
            number=self.number.data or "",
            result_on=self.result_on.data,
            reason=self.reason.data or "",
            finished_at=self.finished_at.aware(),
            electronic=self.is_electronic(),
            digitised=self.is_digitised(),
        )


class ReturnForm(ActionForm):
    """The result is handed over."""

    action = Action.RETURN_RESULT

    receiver = text_line("Người nhận kết quả", longest=200, required="Hãy ghi tên người nhận.")
    method = SelectField("Cách trả", choices=[Choice(method.value, label(method)) for method in ReturnMethod])
    authority = SelectField(
        "Căn cứ nhận",
        choices=[
            Choice(right.value, label(right))
            for right in (CollectAuthority.SELF, CollectAuthority.AUTHORISED)
        ],
        default=CollectAuthority.SELF.value,
    )
    paper_number = text_line("Số giấy uỷ quyền, giới thiệu hoặc bưu gửi", longest=60)
    paper_on = Day("Ngày của giấy", validators=[Optional()])
    rating = SelectField(
        "Người nhận đánh giá sự phục vụ",
        choices=[Choice("", "Chưa hỏi"), *(Choice(one.value, label(one)) for one in Rating)],
        default="",
    )
    note = text_line("Ghi chú", longest=LONGEST)

    def to_command(self, code: str) -> ReturnResult:
        """The verb this form asks for."""
        return ReturnResult(
            self.target(code),
            self.receiver.data or "",
            ReturnMethod(self.method.data),
            note=self.note.data or "",
            authority=CollectAuthority(self.authority.data),
            paper_number=self.paper_number.data or "",
            paper_on=self.paper_on.data,
            rating=Rating(self.rating.data) if self.rating.data else None,
        )


class NoteDigitisedForm(ActionForm):
    """Whether the result is kept digitised, said afterwards or put right."""

    action = Action.NOTE_DIGITISED

    digitised = SelectField("Số hóa kết quả", choices=_choices_of(DIGITISED), default="yes")

    def to_command(self, code: str) -> NoteDigitised:
        """The verb this form asks for."""
        return NoteDigitised(self.target(code), ANSWERS.get(self.digitised.data or ""))


class WithdrawForm(ActionForm):
    """The applicant takes the dossier back."""

    action = Action.WITHDRAW

    reason = text_line("Lý do rút", longest=LONGEST, required="Hãy ghi lý do rút hồ sơ.")

    def to_command(self, code: str) -> WithdrawDossier:
        """The verb this form asks for."""
        return WithdrawDossier(self.target(code), self.reason.data or "")


class ReopenForm(ActionForm):
    """A finish noted by mistake is taken back."""

    action = Action.REOPEN

    reason = text_line("Lý do hoàn tác", longest=LONGEST, required="Hãy ghi lý do hoàn tác.")

    def to_command(self, code: str) -> ReopenDossier:
        """The verb this form asks for."""
        return ReopenDossier(self.target(code), self.reason.data or "")


class ShowPersonalForm(FlaskForm):
    """Why the numbers of a dossier's people are to be shown."""

    ground = SelectField("Lý do xem", choices=[Choice(one.value, label(one)) for one in SHOWING])
    said = text_line("Ghi rõ", longest=LONGEST)

    def to_command(self, code: str) -> ShowPersonal:
        """The verb this form asks for."""
        return ShowPersonal(code, Ground(self.ground.data), self.said.data or "")
