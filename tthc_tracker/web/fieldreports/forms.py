"""The forms of a field report; each knows the command it stands for."""

import secrets
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, MultipleFileField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from tthc_tracker.domain.fieldreports import ReportAct
from tthc_tracker.domain.personaldata import SHOWING, Ground
from tthc_tracker.queries.fieldreports import Kind
from tthc_tracker.services import fieldreporthandling as handling
from tthc_tracker.services import fieldreports as services
from tthc_tracker.services.fieldreporthandling import HandleReport
from tthc_tracker.services.fieldreportprivacy import EraseReport, ShowContact
from tthc_tracker.services.fieldreports import Reported, TakeReport
from tthc_tracker.services.personaldata import LONGEST
from tthc_tracker.web.forms import RELOAD, Choice, Lines, LocalMoment, Version, text_line
from tthc_tracker.wording import fieldreports as words
from tthc_tracker.wording.fieldreportlists import kind_with_limit
from tthc_tracker.wording.labels import label


def _lines(text: str, longest: int, needed: str) -> Lines:
    limit = Length(max=longest, message=f"Dài nhất {longest} ký tự.")
    return Lines(text, validators=[InputRequired(needed), limit])


class TakeForm(FlaskForm):
    """What a citizen tells at the desk."""

    submission_key = HiddenField(validators=[Regexp(r"\A[0-9a-f]{32}\Z", message=RELOAD)])
    kind = SelectField("Loại phản ánh", choices=[], validate_choice=False)
    place = text_line("Nơi xảy ra", longest=services.LONGEST_PLACE, required=words.NO_PLACE)
    words = _lines("Nội dung", services.LONGEST_WORDS, words.NO_WORDS)
    received_at = LocalMoment("Nhận lúc (để trống: bây giờ)", validators=[Optional()])
    agency = HiddenField()
    agency_text = text_line("Cơ quan xử lý", longest=300)
    contact_name = text_line("Họ tên", longest=services.LONGEST_NAME)
    contact_phone = text_line("Điện thoại", longest=40)
    contact_email = text_line("Thư điện tử", longest=services.LONGEST_EMAIL)
    photo = FileField("Ảnh (JPEG hoặc PNG, nhiều nhất 5 MB)")

    @classmethod
    def of(cls, kinds: Iterable[Kind], **given: Any) -> "TakeForm":
        """The form with the kinds there are, and a key of its own."""
        form = cls(**given)
        known = [Choice(kind.code, kind_with_limit(kind.name, kind.amount, kind.unit)) for kind in kinds]
        form.kind.choices = [Choice("", "– chọn –"), *known]
        form.submission_key.data = form.submission_key.data or secrets.token_hex(16)
        return form

    def sent_photo(self) -> bytes:
        """What was chosen as the photo; nothing for none."""
        return bytes(self.photo.data.read()) if getattr(self.photo.data, "filename", "") else b""

    def to_command(self, agency_id: int, photo: str | None) -> TakeReport:
        """The verb this form asks for."""
        told = Reported(
            self.kind.data or "", self.place.data or "", self.words.data or "",
            self.agency.data or self.agency_text.data or "", self.received_at.aware(),
            self.contact_name.data or "", self.contact_phone.data or "", self.contact_email.data or "", photo,
        )  # fmt: skip
        return TakeReport(self.submission_key.data or "", agency_id, told)


class ActForm(FlaskForm):
    """One act of the page, with the version it was made from."""

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])
    act = HiddenField()
    said = Lines("Nội dung", validators=[Optional(), Length(max=handling.LONGEST_ANSWER)])
    agency = HiddenField()
    agency_text = text_line("Chuyển đến cơ quan", longest=300)
    satisfied = RadioField(
        "Người phản ánh", choices=[Choice("1", "Hài lòng"), Choice("0", "Không hài lòng")],
        validate_choice=False,
    )  # fmt: skip

    def to_command(self, code: str) -> HandleReport:
        """The verb this form asks for."""
        return HandleReport(
            code, self.version.data or 0, ReportAct(self.act.data or ""), self.said.data or "",
            self.agency.data or self.agency_text.data or "",
            {"1": True, "0": False}.get(self.satisfied.data or ""),
        )  # fmt: skip


class ContactForm(FlaskForm):
    """Why who reported is to be shown."""

    ground = SelectField("Lý do xem", choices=[Choice(one.value, label(one)) for one in SHOWING])
    said = text_line("Ghi rõ", longest=LONGEST)

    def to_command(self, code: str) -> ShowContact:
        """The verb this form asks for."""
        return ShowContact(code, Ground(self.ground.data), self.said.data or "")


class EraseForm(FlaskForm):
    """Who asked for it to be erased."""

    said = text_line("Người yêu cầu, văn bản yêu cầu", longest=LONGEST, required="Hãy ghi văn bản yêu cầu.")

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix="erase-", **given)

    def to_command(self, code: str) -> EraseReport:
        """The verb this form asks for."""
        return EraseReport(code, self.said.data or "")


class LoadForm(FlaskForm):
    """A file of reports, and the photos that it names."""

    file = FileField("Tệp CSV (UTF-8)")
    photos = MultipleFileField("Ảnh kèm theo")

    def enclosed(self) -> dict[str, bytes]:
        """The photos that were chosen, by their names."""
        return {one.filename: one.read() for one in self.photos.data or () if getattr(one, "filename", "")}
