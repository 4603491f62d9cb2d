"""What every form shares: clean lines of text, and a service's refusal beside the field it speaks of."""

import datetime as dt
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.clock import HANOI
from tthc_tracker.domain.errors import InvalidInput, StaleVersion, UncleanText
from tthc_tracker.domain.folding import clean

RELOAD = "Hãy tải lại trang rồi làm lại."
STALE = "Người khác vừa sửa mục này. Hãy mở lại trang để xem bản mới rồi sửa tiếp."


class TextLine(StringField):
    """One line of text, cleaned as it comes in; a character that nobody types is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text as typed, without what cannot be seen."""
        self._unclean = False
        try:
            self.data = clean(valuelist[0]) if valuelist else ""
        except UncleanText:
            self.data, self._unclean = "", True

    def pre_validate(self, _form: FlaskForm) -> None:
        """Refuse what could not be cleaned."""
        if getattr(self, "_unclean", False):
            raise ValidationError("Có ký tự lạ. Hãy gõ lại ô này.")


class Lines(TextAreaField):
    """Several lines of text, each cleaned as it comes in; a character that nobody types is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text as typed, without what cannot be seen."""
        self._unclean = False
        typed = valuelist[0] if valuelist else ""
        try:
            self.data = "\n".join(clean(line) for line in typed.splitlines()).strip()
        except UncleanText:
            self.data, self._unclean = "", True

    def pre_validate(self, _form: FlaskForm) -> None:
        """Refuse what could not be cleaned."""
        if getattr(self, "_unclean", False):
            raise ValidationError("Có ký tự lạ. Hãy gõ lại ô này.")


class Day(DateField):
    """A date, refused in words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date as the browser sends it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Ngày không đọc được. Hãy chọn lại.") from None


class LocalMoment(DateTimeLocalField):
    """A moment of the clock on the wall, refused in words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment as the browser sends it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Thời điểm không đọc được. Hãy chọn lại.") from None

    def aware(self) -> dt.datetime | None:
        """The moment with its offset."""
        return self.data.replace(tzinfo=HANOI) if self.data else None


class Version(IntegerField):
    """The version a page was made from; whoever sends another thing is asked to load the page again."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        self.data = whole(valuelist[0]) if valuelist else None
        if self.data is None:
            raise ValueError(RELOAD)


def whole(text: str | int | None) -> int | None:
    """A choice of a list as a number; what is none, or too long for one, is nothing chosen."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None


def text_line(label: str, *, longest: int, required: str = "", **options: Any) -> TextLine:
    """A line of text; `required` is what to say when it is empty."""
    presence = InputRequired(required) if required else Optional()
    limit = Length(max=longest, message=f"Dài nhất {longest} ký tự.")
    return TextLine(label, validators=[presence, limit], **options)


def show(form: FlaskForm, error: InvalidInput | StaleVersion) -> int:
    """Put a service's refusal where the person sees it; gives the status of the answer."""
    if isinstance(error, StaleVersion):
        form.form_errors.append(STALE)
        return 409
    if error.field in form:
        form[error.field].errors = [*form[error.field].errors, error.message]
    else:
        form.form_errors.append(error.message)
    return 422


def version_of(form: FlaskForm) -> int:
    """The version a form was opened on; 0, which is none, for anything that is no number."""
    text = str(form["version"].data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
