"""What every form shares: clean lines of text, and a service's refusal beside the field it speaks of."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.domain.errors import InvalidInput, StaleVersion, UncleanText
from tthc_tracker.domain.folding import clean

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
