"""The form by which a file is sent."""

import secrets

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it
from wtforms.validators import InputRequired

from tthc_tracker.spreadsheets.faults import UnusableFileError
from tthc_tracker.spreadsheets.intake import Kept, Shelf
from tthc_tracker.wording import importing as words


class SendForm(FlaskForm):
    """A source and its file."""

    submission_key = HiddenField()
    source = SelectField("Nguồn dữ liệu", validators=[InputRequired("Hãy chọn nguồn của tệp.")])
    file = FileField("Tệp dữ liệu")
    whole = SelectField(
        "Tệp gồm những gì", choices=[SelectChoice(*one) for one in words.WHOLE_CHOICES], default=""
    )

    @classmethod
    def of(cls, sources: list[tuple[str, str]]) -> "SendForm":
        """The form with the sources there are, and a key of its own."""
        form = cls()
        form.source.choices = [SelectChoice("", "Chọn nguồn …")] + [
            SelectChoice(code, name) for code, name in sources
        ]
        if not form.submission_key.data:
            form.submission_key.data = secrets.token_hex(16)
        return form

    def keep(self, shelf: Shelf) -> Kept:
        """Put the file where it is kept.

        Raises:
            UnusableFileError: none was chosen.
        """
        if not getattr(self.file.data, "filename", ""):
            raise UnusableFileError(words.EMPTY_FILE)
        return shelf.keep(self.file.data.stream)

    @property
    def name(self) -> str:
        """What its owner calls the file: shown, never used as a path."""
        given = str(self.file.data.filename).replace("\\", "/").rpartition("/")[2]
        return "".join(c for c in given if c.isprintable())[:200] or "tệp"
