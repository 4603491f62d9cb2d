"""The form of a process: a row a step, a few empty ones at its end; rows without a name count for nothing."""

from decimal import Decimal, InvalidOperation
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField, StringField

from tthc_tracker.domain.errors import UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.processes import MOST_STEPS, StepHolder
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.queries.processes import CaseProcess
from tthc_tracker.services.processes import UNIT_CODE, NewStep, SaveProcess, limit_of
from tthc_tracker.web.forms import whole
from tthc_tracker.wording.labels import label

SPARE = 3
LONGEST_NAME = 200


class StepForm(Form):
    """One step."""

    position = StringField("Thứ tự")
    name = StringField("Tên bước")
    holder = SelectField("Ai giữ", choices={one.value: label(one) for one in StepHolder})
    unit_code = StringField("Mã đơn vị")
    agency = StringField("Mã cơ quan khác")
    amount = StringField("Thời hạn")
    unit = SelectField("Đơn vị tính", choices={one.value: label(one) for one in LimitUnit})
    signature = BooleanField("Ký duyệt")


class ProcessForm(FlaskForm):
    """The steps of a case."""

    number = HiddenField(default="0")
    steps = FieldList(FormField(StepForm), label="Các bước", max_entries=MOST_STEPS + SPARE)

    @classmethod
    def of(cls, case: CaseProcess, agencies: dict[int, tuple[str, str]], **how: Any) -> Self:
        """The form of a case's process as it stands; what was sent comes first, unless `formdata` is None."""
        latest = case.latest
        rows: list[dict[str, Any]] = [
            {
                "position": str(step.position),
                "name": step.name,
                "holder": step.holder.value,
                "unit_code": step.unit_code,
                "agency": agencies[step.agency_id][0] if step.agency_id else "",
                "amount": f"{step.limit.amount.normalize():f}".replace(".", ","),
                "unit": step.limit.unit.value,
                "signature": step.signature,
            }
            for step in (latest.steps if latest else ())
        ]
        filled = len(rows)
        unit = StepHolder.UNIT.value
        rows += [{"position": str(filled + at), "holder": unit} for at in range(1, SPARE + 1)]
        return cls(number=str(latest.number if latest else 0), steps=rows[: MOST_STEPS + SPARE], **how)

    def to_command(self, code: str, case: str, agencies: dict[str, int]) -> SaveProcess:
        """What the form says, the rows in the order of their numbers; the agencies checked by their codes."""
        named = [row.form for row in self.steps if _text(row.form.name)]
        named.sort(key=lambda row: whole(row.position.data) or 0)
        steps = tuple(_step(row, agencies) for row in named)
        return SaveProcess(code, case, whole(self.number.data) or 0, steps)

    def validate(self, extra_validators: object = None) -> bool:
        """Read what was typed; whatever cannot be read gets its words beside its field."""
        read = super().validate(extra_validators)
        checked = [_check(row.form) for row in self.steps if _text(row.form.name)]
        if not all(checked):
            self.form_errors.append("Có bước chưa đọc được: hãy sửa ở những ô báo lỗi.")
        return read and all(checked)


def _check(row: Any) -> bool:
    if len(_text(row.name)) > LONGEST_NAME:
        row.name.errors = [f"Dài nhất {LONGEST_NAME} ký tự."]
    if not UNIT_CODE.match(_text(row.unit_code)):
        row.unit_code.errors = ["Mã chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch."]
    if whole(row.position.data) is None:
        row.position.errors = ["Hãy ghi số thứ tự."]
    if _limit(row) is None:
        row.amount.errors = ["Hãy ghi số từ 0, nhiều nhất hai số lẻ; ngày lịch và tháng là số nguyên từ 1."]
    return not row.errors


def _text(field: Any) -> str:
    try:
        return clean(field.data or "")
    except UncleanText:
        return ""


def _limit(row: Any) -> TimeLimit | None:
    try:
        return limit_of(Decimal(_text(row.amount).replace(",", ".")), LimitUnit(row.unit.data))
    except (InvalidOperation, ValueError):
        return None


def _step(row: Any, agencies: dict[str, int]) -> NewStep:
    limit, agency = _limit(row), _text(row.agency)
    assert limit is not None  # `validate` has read it
    return NewStep(
        _text(row.name), StepHolder(row.holder.data), agencies.get(agency, 0) if agency else None,
        _text(row.unit_code), limit, bool(row.signature.data),
    )  # fmt: skip
