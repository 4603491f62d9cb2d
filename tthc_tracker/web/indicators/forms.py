"""The forms of an indicator: what it is, a target, a figure; and of what a portal publishes."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from tthc_tracker.domain.agencies import Level
from tthc_tracker.domain.indicators import RHYTHMS, Direction, Measure
from tthc_tracker.domain.periods import Period, PeriodKind
from tthc_tracker.queries.indicators import IndicatorView
from tthc_tracker.services.indicators import (
    LONGEST_DEFINITION,
    LONGEST_DUTY,
    LONGEST_EVIDENCE,
    LONGEST_NAME,
    LONGEST_UNIT,
    AddIndicator,
    Definition,
    EditIndicator,
    EnterValue,
    SetTarget,
)
from tthc_tracker.services.publishedfigures import LONGEST_PUBLISHER, NotePublished
from tthc_tracker.web.forms import RELOAD, Choice, Day, Lines, Version, text_line, whole
from tthc_tracker.wording import indicators as words
from tthc_tracker.wording import publishedfigures as published_words
from tthc_tracker.wording.labels import label

NUMBER_LOOK = {"inputmode": "decimal", "autocomplete": "off"}
WHOLE_LOOK = {"inputmode": "numeric", "autocomplete": "off"}


class Number(StringField):
    """A number as a Vietnamese officer types it: `97,6`, `1.250`; no number stays typed and is refused."""

    def __init__(self, title: str, **given: Any) -> None:
        super().__init__(title, render_kw=NUMBER_LOOK, validators=[Optional()], **given)
        self.number: Decimal | None = None

    def pre_validate(self, _form: FlaskForm) -> None:
        """Read what was typed."""
        typed = str(self.data or "").strip().removesuffix("%").strip()
        if not typed:
            return
        try:
            self.number = Decimal(typed.replace(".", "").replace(",", ".") if "," in typed else _plain(typed))
        except InvalidOperation:
            raise ValidationError("Hãy ghi một số, ví dụ 97,6.") from None


def _plain(typed: str) -> str:
    """Points stand between thousands where three digits follow each; else the one is a decimal point."""
    groups = typed.split(".")
    thousands = len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and groups[0] != "0"
    return "".join(groups) if thousands else typed


class Whole(StringField):
    """A whole number of things, or nothing."""

    def __init__(self, title: str, **given: Any) -> None:
        super().__init__(title, render_kw=WHOLE_LOOK, validators=[Optional()], **given)
        self.number: int | None = None

    def pre_validate(self, _form: FlaskForm) -> None:
        """Read what was typed."""
        typed = str(self.data or "").strip().replace(".", "").replace(" ", "")
        self.number = whole(typed)
        if typed and self.number is None:
            raise ValidationError("Hãy ghi một số nguyên không âm.")


def _key() -> HiddenField:
    return HiddenField(validators=[Regexp(r"\A[0-9a-f]{32}\Z", message=RELOAD)])


class _Ticked(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DefinitionForm(FlaskForm):
    """What an indicator is and who owes it."""

    name = text_line("Tên chỉ tiêu", longest=LONGEST_NAME, required=words.NO_NAME)
    definition = Lines("Cách tính, phạm vi")
    measure = SelectField("Loại số liệu", choices=[Choice(one.value, label(one)) for one in Measure])
    unit = text_line("Đơn vị tính (với số lượng)", longest=LONGEST_UNIT)
    direction = SelectField("Hướng tốt", choices=[Choice(one.value, label(one)) for one in Direction])
    levels = _Ticked("Tách theo cấp", choices=[Choice(one.value, label(one)) for one in Level])
    owner = StringField("Cơ quan nhập")
    duty = text_line("Bộ phận, chức danh phụ trách", longest=LONGEST_DUTY)
    rhythm = SelectField(
        "Kỳ của chỉ tiêu", default=PeriodKind.QUARTER.value,
        choices=[Choice(one.value, words.RHYTHMS[one]) for one in RHYTHMS],
    )  # fmt: skip
    due_days = IntegerField("Hạn nhập: ngày làm việc sau khi hết kỳ", validators=[InputRequired(words.DAYS)])

    def _definition(self) -> Definition:
        return Definition(
            name=self.name.data or "", definition=(self.definition.data or "")[: LONGEST_DEFINITION + 1],
            measure=Measure(self.measure.data), unit=self.unit.data or "",
            direction=Direction(self.direction.data),
            levels=tuple(Level(one) for one in self.levels.data or ()), owner=self.owner.data or "",
            duty=self.duty.data or "", due_days=self.due_days.data or 0, rhythm=PeriodKind(self.rhythm.data),
        )  # fmt: skip


class AddForm(DefinitionForm):
    """A new indicator."""

    submission_key = _key()

    def to_command(self, agency_id: int, period: Period) -> AddIndicator:
        """The verb this form asks for; it begins with the quarter that was looked at."""
        return AddIndicator(self.submission_key.data or "", agency_id, period.start, self._definition())


class EditForm(DefinitionForm):
    """Other words for one."""

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])

    @classmethod
    def of(cls, view: IndicatorView) -> "EditForm":
        """The form as the indicator stands."""
        form = cls(formdata=None)
        form.process(
            None, name=view.name, definition=view.definition, measure=view.measure.value, unit=view.unit,
            direction=view.direction.value, levels=[one.value for one in view.levels],
            owner=view.owner_code or "", duty=view.duty, rhythm=view.rhythm.value, due_days=view.due_days,
            version=view.version,
        )  # fmt: skip
        return form

    def to_command(self, code: str) -> EditIndicator:
        """The verb this form asks for."""
        return EditIndicator(code, self.version.data or 0, self._definition())


class TargetForm(FlaskForm):
    """What is to be reached from a quarter on."""

    submission_key = _key()
    part = SelectField("Áp dụng cho", choices=[])
    value = Number("Mức giao")
    basis = text_line("Theo văn bản", longest=LONGEST_EVIDENCE, required=words.NO_BASIS)

    def to_command(self, code: str, period: Period) -> SetTarget:
        """The verb this form asks for."""
        return SetTarget(
            self.submission_key.data or "", code, self.part.data or "", period, self.value.number,
            self.basis.data or "",
        )  # fmt: skip


class ValueForm(FlaskForm):
    """A figure of a quarter with its evidence."""

    submission_key = _key()
    part = SelectField("Của", choices=[])
    agency = StringField("Riêng một cơ quan (để trống: theo ô trên)")
    num = Whole("Tử số")
    den = Whole("Mẫu số")
    value = Number("Số liệu")
    evidence = text_line("Căn cứ", longest=LONGEST_EVIDENCE, required=words.NO_EVIDENCE)
    reason = text_line("Vì sao sửa (khi kỳ này đã có số)", longest=LONGEST_EVIDENCE)

    def to_command(self, code: str, period: Period) -> EnterValue:
        """The verb this form asks for."""
        return EnterValue(
            self.submission_key.data or "", code, period, self.part.data or "", self.agency.data or "",
            self.num.number, self.den.number, self.value.number, self.evidence.data or "",
            self.reason.data or "",
        )  # fmt: skip


class PublishedForm(FlaskForm):
    """What a portal shows for a quarter."""

    submission_key = _key()
    agency = StringField("Cơ quan")
    publisher = text_line("Cổng công bố", longest=LONGEST_PUBLISHER, required=published_words.NO_PUBLISHER)
    num = Whole("Tử số (trước và đúng hạn)")
    den = Whole("Mẫu số (đã giải quyết)")
    value = Number("Tỷ lệ công bố (%)")
    seen_on = Day("Xem ngày", validators=[InputRequired(published_words.NO_DAY)])
    evidence = text_line("Địa chỉ, ảnh chụp, ghi chú", longest=LONGEST_EVIDENCE)

    def to_command(self, period: Period) -> NotePublished:
        """The verb this form asks for."""
        return NotePublished(
            self.submission_key.data or "", self.agency.data or "", period, self.publisher.data or "",
            self.num.number, self.den.number, self.value.number, self.seen_on.data,
            self.evidence.data or "",
        )  # fmt: skip


def part_choices(parts: Sequence[str], every: str = "") -> list[Choice]:
    """The parts of an indicator in words; `every`: what the whole is called where parts stand beside it."""
    return [Choice(part, every if every and not part else words.PARTS[part]) for part in parts]
