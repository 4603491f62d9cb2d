"""The form of a change of the calendar: one form, of whose fields each kind of change asks for its own."""

import datetime as dt
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, RadioField, StringField
from wtforms.validators import Optional, Regexp

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.services import calendarrows
from tthc_tracker.services.calendarchanges import ProposeChange
from tthc_tracker.services.calendarrows import NewRow, as_file
from tthc_tracker.services.calendars import RowKind
from tthc_tracker.web.forms import RELOAD, Choice, Day, text_line, whole
from tthc_tracker.wording import calendarchanges as words
from tthc_tracker.wording.formats import day

LONGEST_FILE = 256 * 1024
LONGEST_STRETCH = 31
USUAL = "07:00-11:30;13:30-17:00"
WEEK = ("t2", "t3", "t4", "t5", "t6", "t7", "cn")
FIELDS: dict[str, tuple[str, ...]] = {
    "nghi-le": ("first", "last"),
    "hoan-doi": ("off_on", "worked_on", "windows"),
    "lam-bu": ("worked_on", "windows"),
    "ngay-thuong": ("first",),
    "gio-lam-viec": ("first", *WEEK),
    "gio-tiep-nhan": ("first", *WEEK),
    "tiep-nhan-them": ("first", "windows"),
    "nam": ("year", "status"),
    "tep": ("file",),
    "goi-y": ("year",),
}
"""Which fields each kind of change asks for, besides agency and decision."""
NATIONAL = frozenset({"nam", "goi-y", "tep"})
"""Kinds whose form asks for no agency: years are the nation's, a file names its agencies itself."""


class ChangeForm(FlaskForm):
    """A change of one kind; `kind` is of the address."""

    submission_key = HiddenField(validators=[Regexp(r"\A[0-9a-f]{32}\Z", message=RELOAD)])
    agency = text_line("Mã cơ quan", longest=40)
    number = text_line("Số, ký hiệu văn bản", longest=60)
    signed_on = Day("Ngày văn bản", validators=[Optional()])
    text = text_line("Nội dung, cơ quan ban hành", longest=200)
    first = Day("Từ ngày", validators=[Optional()])
    last = Day("Đến ngày (để trống: một ngày)", validators=[Optional()])
    off_on = Day("Nghỉ ngày", validators=[Optional()])
    worked_on = Day("Làm bù ngày", validators=[Optional()])
    windows = StringField("Giờ làm của ngày làm bù", default=USUAL)
    year = StringField("Năm")
    status = RadioField(
        "Lịch của năm",
        choices=[Choice("published", "Công bố"), Choice("provisional", "Tạm tính")],
        default="published",
        validate_choice=False,  # other kinds ask for no year
    )
    file = FileField("Tệp CSV")
    t2 = StringField("Thứ Hai", default=USUAL)
    t3 = StringField("Thứ Ba", default=USUAL)
    t4 = StringField("Thứ Tư", default=USUAL)
    t5 = StringField("Thứ Năm", default=USUAL)
    t6 = StringField("Thứ Sáu", default=USUAL)
    t7 = StringField("Thứ Bảy")
    cn = StringField("Chủ nhật")

    def command(self, kind: str) -> ProposeChange:
        """The verb this form asks for.

        Raises:
            InvalidInput: a field that this kind needs, by its name.
        """
        suggestion = kind == "goi-y"
        decision = words.SUGGESTED.format(version=calendarrows.SUGGESTED_BY) if suggestion else self.decision
        rows, title = self._rows(kind, decision)
        return ProposeChange(
            self.submission_key.data or "", rows, f"{words.KINDS[kind]}: {title}", decision, suggestion
        )

    @property
    def decision(self) -> str:
        """Number, date and text as every row cites them."""
        return words.decision(self.number.data or "", self.signed_on.data, self.text.data or "")

    def _rows(self, kind: str, basis: str) -> tuple[str, str]:
        if kind == "tep":
            return self._file(), str(self.file.data.filename)[-80:]
        if not basis:
            raise InvalidInput("text", words.NO_DECISION)
        if kind in {"nam", "goi-y"}:
            return self._year(kind, basis)
        rows = self._days(kind, basis, self.agency.data or "")
        return as_file(rows), ", ".join(dict.fromkeys(day(row.on) for row in (rows[0], rows[-1])))

    def _days(self, kind: str, basis: str, agency: str) -> list[NewRow]:
        hours = self.windows.data or ""
        if kind == "nghi-le":
            first = self._day("first")
            return calendarrows.days(first, self._end(first), RowKind.HOLIDAY, basis, agency)
        if kind == "hoan-doi":
            off = NewRow(self._day("off_on"), RowKind.SWAP_OFF, basis, "", agency)
            return [off, NewRow(self._day("worked_on"), RowKind.MAKE_UP, basis, hours, agency)]
        if kind == "lam-bu":
            return [NewRow(self._day("worked_on"), RowKind.MAKE_UP, basis, hours, agency)]
        if kind == "tiep-nhan-them":
            return [NewRow(self._day("first"), RowKind.INTAKE_DAY, basis, hours, agency)]
        if kind == "ngay-thuong":
            return [NewRow(self._day("first"), RowKind.ORDINARY, basis, "", agency)]
        which = RowKind.HOURS if kind == "gio-lam-viec" else RowKind.INTAKE_HOURS
        week = [self[name].data or "" for name in WEEK]
        if not any(one.strip() for one in week):
            raise InvalidInput("t2", words.NO_HOURS)
        return calendarrows.week(self._day("first"), which, week, basis, agency)

    def _day(self, name: str) -> dt.date:
        found: Any = self[name].data
        if found is None:
            raise InvalidInput(name, words.NO_DAY)
        day_of: dt.date = found
        return day_of

    def _end(self, first: dt.date) -> dt.date:
        last = self.last.data or first
        if not 0 <= (last - first).days < LONGEST_STRETCH:
            raise InvalidInput("last", words.ODD_RANGE)
        return last

    def _year(self, kind: str, basis: str) -> tuple[str, str]:
        year = whole(self.year.data)
        if year is None or not 2000 <= year <= 2100:
            raise InvalidInput("year", words.NO_YEAR)
        if kind == "goi-y":
            return as_file(calendarrows.suggested(year, basis)), str(year)
        which = RowKind.YEAR_PUBLISHED if self.status.data == "published" else RowKind.YEAR_PROVISIONAL
        return as_file([NewRow(dt.date(year, 1, 1), which, basis)]), str(year)

    def _file(self) -> str:
        if not getattr(self.file.data, "filename", ""):
            raise InvalidInput("file", words.NO_FILE)
        raw: bytes = self.file.data.stream.read(LONGEST_FILE + 1)
        if len(raw) > LONGEST_FILE:
            raise InvalidInput("file", words.TOO_LONG)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InvalidInput("file", words.NOT_UTF8) from None
