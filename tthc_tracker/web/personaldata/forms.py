"""The forms about personal data: a reason is chosen, and put in words where it is another one."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from tthc_tracker.domain.personaldata import SEARCHING, Ground
from tthc_tracker.domain.personalrequests import Verdict
from tthc_tracker.services.erasurerequests import ErasePerson
from tthc_tracker.services.personaldata import LONGEST, FindPerson
from tthc_tracker.services.personalrequests import DecideRequest, ExportPerson
from tthc_tracker.web.forms import Choice, text_line
from tthc_tracker.wording.labels import label


def grounds(among: Iterable[Ground]) -> list[Choice]:
    """Reasons as what may be chosen."""
    return [Choice(one.value, label(one)) for one in among]


class FindForm(FlaskForm):
    """Whom to look for, and why."""

    number = text_line("Số định danh, CMND hoặc mã số thuế", longest=40, required="Hãy nhập số giấy tờ.")
    ground = SelectField(
        "Lý do tìm",
        choices=[Choice("", "– chọn –"), *grounds(SEARCHING)],
        validators=[InputRequired("Hãy chọn lý do.")],
    )
    said = text_line("Ghi rõ (số văn bản, nội dung yêu cầu)", longest=LONGEST)

    def to_command(self) -> FindPerson:
        """The verb this form asks for."""
        return FindPerson(self.number.data or "", Ground(self.ground.data), self.said.data or "")


class ExportForm(FlaskForm):
    """Why what is held on the person is to leave."""

    ground = SelectField(
        "Lý do xuất",
        choices=[Choice("", "– chọn –"), *grounds(SEARCHING)],
        validators=[InputRequired("Hãy chọn lý do.")],
    )
    said = text_line("Ghi rõ", longest=LONGEST)

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix="export-", **given)

    def to_command(self, number: str) -> ExportPerson:
        """The verb this form asks for."""
        return ExportPerson(number, Ground(self.ground.data), self.said.data or "")


class DecideForm(FlaskForm):
    """Consent or refusal, and why a refusal."""

    verdict = RadioField(
        "Quyết định",
        choices=[Choice(one.value, label(one)) for one in Verdict],
        validate_choice=False,
    )
    because = text_line("Vì sao không đồng ý", longest=LONGEST)

    @property
    def approves(self) -> bool:
        """Whether it consents."""
        return bool(self.verdict.data == Verdict.APPROVED.value)

    def to_command(self, request_id: int) -> DecideRequest:
        """The verb this form asks for."""
        said = self.verdict.data
        verdict = Verdict(said) if said in list(Verdict) else None
        return DecideRequest(request_id, verdict, self.because.data or "")


class EraseForm(FlaskForm):
    """On which dossiers the person is to be erased, who asked for it, and on which ground."""

    codes = SelectMultipleField("Hồ sơ", validate_choice=False)
    said = text_line("Người yêu cầu, văn bản yêu cầu", longest=LONGEST, required="Hãy ghi văn bản yêu cầu.")
    basis = text_line("Căn cứ pháp lý (khi còn thời hạn lưu)", longest=LONGEST)

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix="erase-", **given)

    def to_command(self, number: str) -> ErasePerson:
        """The verb this form asks for."""
        return ErasePerson(number, tuple(self.codes.data or ()), self.said.data or "", self.basis.data or "")
