"""The form of a reception: what was typed stays as typed until it is read as facts."""

import datetime as dt
import re

from flask import Request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    StringField,
    TextAreaField,
)

from tthc_tracker.clock import HANOI
from tthc_tracker.domain.citizencard import looks_like_card, parse_card
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel
from tthc_tracker.domain.people import Sex
from tthc_tracker.domain.receptionfacts import FEE_METHODS, FEE_STATES, Fee, Paper, Party, ReceptionFacts
from tthc_tracker.domain.typeddates import read_day, read_moment
from tthc_tracker.queries.reception import Noted
from tthc_tracker.wording import formats, receptions
from tthc_tracker.wording.labels import label
from tthc_tracker.wording.typeddates import NO_DAY, NO_MOMENT, typed_moment

KINDS = [(kind.value, label(kind)) for kind in ApplicantKind]
SEXES = [("", ""), *((sex.value, label(sex)) for sex in Sex)]
DESK, POST, PORTAL = receptions.RETURN_WAYS
WAYS = list(receptions.RETURN_WAYS.items())
STATES = [(state, receptions.FEE_STATES[state]) for state in FEE_STATES]
METHODS = [(method, receptions.FEE_METHODS[method]) for method in FEE_METHODS]
CHOOSE = "Hãy chọn một mục trong danh sách."
MOST_ROWS = 80


class PaperForm(Form):
    """A line of the papers."""

    name = StringField()
    originals = StringField()
    certified = StringField()
    copies = StringField()
    digitised = BooleanField()


class ReceptionForm(FlaskForm):
    """Everything the desk notes. Numbers and days are text until `facts` reads them."""

    channels: tuple[Channel, ...] = (Channel.COUNTER, Channel.POST)

    submission_key = HiddenField()
    along_with = HiddenField()
    receiving_agency = StringField("Nơi tiếp nhận")

    id_number = StringField("Số giấy tờ hoặc mã số thuế")
    full_name = StringField("Họ và tên, tên tổ chức")
    birth_on = StringField("Ngày sinh")
    sex = StringField("Giới tính")
    address = StringField("Địa chỉ")
    phone = StringField("Số điện thoại")
    email = StringField("Thư điện tử")
    kind = StringField("Người nộp là")
    no_id_reason = StringField("Lý do không có giấy tờ")

    owner_differs = BooleanField("Chủ hồ sơ là người khác hoặc là tổ chức")
    owner_id_number = StringField("Số giấy tờ hoặc mã số thuế")
    owner_full_name = StringField("Họ và tên, tên tổ chức")
    owner_birth_on = StringField("Ngày sinh")
    owner_sex = StringField("Giới tính")
    owner_address = StringField("Địa chỉ")
    owner_phone = StringField("Số điện thoại")
    owner_email = StringField("Thư điện tử")
    owner_kind = StringField("Chủ hồ sơ là")

    procedure = StringField("Thủ tục")
    procedure_text = StringField()
    case_code = StringField("Trường hợp")
    channel = StringField("Cách nộp", default=Channel.COUNTER.value)
    arrived_at = StringField("Bưu chính giao lúc")
    papers = FieldList(FormField(PaperForm), label="Thành phần hồ sơ", max_entries=MOST_ROWS)
    fee_state = StringField("Phí, lệ phí")
    fee_amount = StringField("Số tiền")
    fee_method = StringField("Cách nộp tiền")
    sets = StringField("Số bộ", default="1")
    quantity = StringField("Số bản")
    abstract = StringField("Trích yếu")
    note = TextAreaField("Ghi chú")
    resolving_agency = StringField("Nơi giải quyết")
    resolving_agency_text = StringField()
    returning_agency = StringField("Nơi trả kết quả")
    returning_agency_text = StringField()
    return_way = StringField("Nhận kết quả", default=DESK)
    post_address = StringField("Địa chỉ nhận qua bưu chính")

    def validate(self, extra_validators: object = None) -> bool:
        """Read what was typed; whatever cannot be read gets its words."""
        super().validate(extra_validators)
        self._unfold_card("")
        self._unfold_card("owner_")
        self._facts = self._read()
        return not self.errors

    def refuse(self, name: str, message: str) -> None:
        """Put a refusal beside its field; one without a field stands above the form."""
        if name in self:
            self[name].errors = [*self[name].errors, message]
        else:
            self.form_errors.append(message)

    @property
    def channel_choices(self) -> list[tuple[str, str]]:
        """How it may have come, with its words."""
        return [(channel.value, label(channel)) for channel in self.channels]

    @property
    def facts(self) -> ReceptionFacts:
        """What a valid form says; procedure and agencies still as they were typed."""
        return self._facts

    def _unfold_card(self, prefix: str) -> None:
        """Without script a scanned card lands in the field of the number as it is."""
        card = parse_card(self[f"{prefix}id_number"].data or "") if self._has_card(prefix) else None
        if card is None:
            return
        self[f"{prefix}id_number"].data = card.number
        self[f"{prefix}full_name"].data = card.full_name
        self[f"{prefix}birth_on"].data = formats.day(card.birth_on) if card.birth_on else ""
        self[f"{prefix}sex"].data = card.sex.value if card.sex else ""
        self[f"{prefix}address"].data = card.address

    def _has_card(self, prefix: str) -> bool:
        return looks_like_card(self[f"{prefix}id_number"].data or "")

    def _read(self) -> ReceptionFacts:
        return ReceptionFacts(
            procedure_code=self.procedure.data or "",
            applicant=self._party(""),
            owner=self._party("owner_") if self.owner_differs.data else None,
            channel=Channel(self._choice("channel", list(self.channels))),
            arrived_at=None if self.channel.data == Channel.COUNTER else self._moment("arrived_at"),
            papers=tuple(self._paper(row.form) for row in self.papers if (row.form.name.data or "").strip()),
            fee=self._fee(),
            abstract=self.abstract.data or "",
            sets=self._whole("sets", empty=1),
            quantity=self._quantity(),
            note=self.note.data or "",
            case_code=self.case_code.data or "",
            by_portal=self.return_way.data == PORTAL,
        )

    def _party(self, prefix: str) -> Party:
        sex = self._choice(f"{prefix}sex", [value for value, _ in SEXES])
        if not (self[f"{prefix}full_name"].data or "").strip():
            self.refuse(f"{prefix}full_name", "Hãy ghi tên.")
        if (
            not prefix
            and not (self.id_number.data or "").strip()
            and not (self.no_id_reason.data or "").strip()
        ):
            self.refuse("id_number", "Hãy quét thẻ hoặc ghi số; nếu không có, mở “Thêm” và ghi lý do.")
        return Party(
            full_name=self[f"{prefix}full_name"].data or "",
            kind=ApplicantKind(self._choice(f"{prefix}kind", list(ApplicantKind))),
            id_number=self[f"{prefix}id_number"].data or "",
            no_id_reason="" if prefix else self.no_id_reason.data or "",
            birth_on=self._day(f"{prefix}birth_on"),
            sex=Sex(sex) if sex else None,
            address=self[f"{prefix}address"].data or "",
            phone=self[f"{prefix}phone"].data or "",
            email=self[f"{prefix}email"].data or "",
            post_address="" if prefix else self._post_address(),
        )

    def _post_address(self) -> str:
        """Where the result is sent; the applicant's own address where no other is given."""
        typed = (self.post_address.data or "").strip()
        if self._choice("return_way", list(receptions.RETURN_WAYS)) != POST:
            if typed:
                self.refuse("return_way", "Đã ghi địa chỉ: hãy chọn “Qua bưu chính”, hoặc xoá địa chỉ.")
            return ""
        where = typed or (self.address.data or "").strip()
        if not where:
            self.refuse("post_address", "Hãy ghi địa chỉ nhận kết quả qua bưu chính.")
        return where

    def _fee(self) -> Fee:
        state = self._choice("fee_state", list(FEE_STATES))
        if state == "none":
            return Fee()
        method = self._choice("fee_method", list(FEE_METHODS)) if state == "paid" else None
        return Fee(self._whole("fee_amount", empty=0), state, method)

    def _paper(self, row: PaperForm) -> Paper:
        name = row.name.data or ""
        counts = [whole(field.data or "") for field in (row.originals, row.certified, row.copies)]
        if None in counts:
            self.refuse("papers", f"Số lượng của “{name[:60]}” phải là số.")
        originals, certified, copies = (count or 0 for count in counts)
        return Paper(name, originals, certified, copies, bool(row.digitised.data))

    def _choice(self, name: str, values: list[str]) -> str:
        """One of the values; the first of them for none, and for a wrong one with a refusal."""
        given = self[name].data or values[0]
        if given in values:
            return str(given)
        self.refuse(name, CHOOSE)
        return str(values[0])

    def _whole(self, name: str, *, empty: int) -> int:
        text = self[name].data or ""
        number = whole(text) if text.strip() else empty
        if number is None:
            self.refuse(name, "Hãy ghi một số nguyên.")
        return number or 0

    def _quantity(self) -> int | None:
        return self._whole("quantity", empty=0) if (self.quantity.data or "").strip() else None

    def _day(self, name: str) -> dt.date | None:
        typed = (self[name].data or "").strip()
        if not typed:
            return None
        try:
            return read_day(typed)
        except ValueError:
            self.refuse(name, NO_DAY)
            return None

    def _moment(self, name: str) -> dt.datetime | None:
        typed = (self[name].data or "").strip()
        try:
            return read_moment(typed).replace(tzinfo=HANOI) if typed else None
        except ValueError:
            self.refuse(name, NO_MOMENT)
            return None


class RegistrationForm(ReceptionForm):
    """The same for what waits for its answer: submitted online, or brought by post."""

    channels = (Channel.POST, Channel.ONLINE)


class CorrectionForm(ReceptionForm):
    """The same, filled with what was noted, and why it is put right."""

    version = HiddenField()
    reason = StringField("Lý do sửa")

    def validate(self, extra_validators: object = None) -> bool:
        """Read what was typed; a reason is needed."""
        super().validate(extra_validators)
        if not (self.reason.data or "").strip():
            self.refuse("reason", "Hãy ghi lý do sửa.")
        return not self.errors


class CancelForm(FlaskForm):
    """Why a reception is cancelled."""

    version = HiddenField()
    reason = StringField("Lý do huỷ")


def whole(text: str) -> int | None:
    """A whole number as people type it (`8.000`, ` 2 `, nothing is 0), or None."""
    packed = re.sub(r"[\s.]", "", text)
    if not packed:
        return 0
    return int(packed) if packed.isascii() and packed.isdigit() and len(packed) < 16 else None


def fill_people(form: ReceptionForm, facts: ReceptionFacts) -> None:
    """Show who was noted."""
    _fill_party(form, "", facts.applicant)
    form.no_id_reason.data = facts.applicant.no_id_reason
    form.post_address.data = facts.applicant.post_address
    form.return_way.data = PORTAL if facts.by_portal else POST if facts.applicant.post_address else DESK
    form.owner_differs.data = facts.owner is not None
    if facts.owner is not None:
        _fill_party(form, "owner_", facts.owner)


def fill(form: ReceptionForm, noted: Noted) -> None:
    """Show what was noted."""
    facts = noted.facts
    fill_people(form, facts)
    form.channel.data = facts.channel.value
    keep_channel(form, noted)
    form.arrived_at.data = typed_moment(facts.arrived_at)
    for paper in facts.papers:
        form.papers.append_entry(
            {
                "name": paper.name,
                "originals": str(paper.originals or ""),
                "certified": str(paper.certified or ""),
                "copies": str(paper.copies or ""),
                "digitised": paper.digitised,
            }
        )
    form.fee_state.data, form.fee_method.data = facts.fee.state, facts.fee.method or FEE_METHODS[0]
    form.fee_amount.data = formats.number(facts.fee.amount) if facts.fee.amount else ""
    form.sets.data, form.abstract.data, form.note.data = str(facts.sets), facts.abstract, facts.note
    form.quantity.data = str(facts.quantity or "")
    form.case_code.data = facts.case_code
    for name, agency in (("resolving_agency", noted.resolving), ("returning_agency", noted.returning)):
        form[name].data, form[f"{name}_text"].data = agency.code, agency.name


def keep_channel(form: ReceptionForm, noted: Noted) -> None:
    """What was submitted online stays so: the form offers nothing else."""
    if noted.facts.channel is Channel.ONLINE:
        form.channels = (Channel.ONLINE,)


def _fill_party(form: ReceptionForm, prefix: str, party: Party) -> None:
    form[f"{prefix}full_name"].data, form[f"{prefix}id_number"].data = party.full_name, party.id_number
    form[f"{prefix}kind"].data, form[f"{prefix}address"].data = party.kind.value, party.address
    form[f"{prefix}phone"].data, form[f"{prefix}email"].data = party.phone, party.email
    form[f"{prefix}birth_on"].data = formats.day(party.birth_on) if party.birth_on else ""
    form[f"{prefix}sex"].data = party.sex.value if party.sex else ""


def typed_number(request: Request, name: str) -> str:
    """An identity number in a request, without blanks and dots."""
    return re.sub(r"[\s.]", "", request.form.get(name, ""))[:40]
