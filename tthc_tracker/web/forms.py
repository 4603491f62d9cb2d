"""What every form shares: clean lines of text, and a service's refusal beside the field it speaks of."""

import datetime as dt
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextInput

from tthc_tracker.clock import HANOI
from tthc_tracker.domain.errors import InvalidInput, StaleVersion, UncleanText
from tthc_tracker.domain.folding import clean
from tthc_tracker.domain.typeddates import read_day, read_moment
from tthc_tracker.wording.typeddates import (
    DAY_TYPED,
    MOMENT_TYPED,
    NO_DAY,
    NO_MOMENT,
    typed_day,
    typed_moment,
)

RELOAD = "Hãy tải lại trang rồi làm lại."
STALE = "Người khác vừa sửa mục này. Hãy mở lại trang để xem bản mới rồi sửa tiếp."


Choice = SelectChoice  # what may be chosen in a list: (value, words)

# Attributes of a field for a date, for a date and time. Phones show digits; these suffice (ddmmyyyy).
DAY_LOOK = {"inputmode": "numeric", "autocomplete": "off", "placeholder": DAY_TYPED}
MOMENT_LOOK = DAY_LOOK | {"placeholder": MOMENT_TYPED}


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


class _Typed(Field):
    """A text that is read: native date fields show what the browser's language wants, ours dd/mm/yyyy."""

    widget = TextInput()
    look: ClassVar[dict[str, str]]

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, render_kw=self.look, **given)

    def _typed(self) -> str:
        """What somebody has typed, readable or not."""
        return str(self.raw_data[0]) if self.raw_data else ""


class Day(_Typed):
    """A date."""

    look = DAY_LOOK
    data: dt.date | None

    @property
    def words(self) -> str:
        """The day as the field shows it."""
        return self._value()

    def _value(self) -> str:
        return self._typed() or typed_day(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date, refused in words."""
        self.data = None
        try:
            self.data = read_day(valuelist[0]) if valuelist else None
        except ValueError:
            raise ValueError(NO_DAY) from None


class LocalMoment(_Typed):
    """A moment of the clock on the wall."""

    look = MOMENT_LOOK
    data: dt.datetime | None

    def _value(self) -> str:
        return self._typed() or typed_moment(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment, refused in words."""
        self.data = None
        try:
            self.data = read_moment(valuelist[0]) if valuelist else None
        except ValueError:
            raise ValueError(NO_MOMENT) from None

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
