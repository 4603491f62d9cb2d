"""The form of a new key."""

import re
import secrets

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import InputRequired

from tthc_tracker.domain.apitokens import ApiScope
from tthc_tracker.queries.catalogue import SourceLine
from tthc_tracker.services.apitokens import IssueToken
from tthc_tracker.web.forms import text_line
from tthc_tracker.wording.exchanging import SCOPES

_KEY = re.compile(r"\A[0-9a-f]{32}\Z")

LIVES = {"90": "3 tháng", "365": "1 năm", "730": "2 năm"}
OVERLAPS = {"24": "1 ngày", "72": "3 ngày", "168": "1 tuần", "0": "Hết hiệu lực ngay"}


class TokenForm(FlaskForm):
    """Whose system, for what, for how long."""

    submission_key = HiddenField()
    source = SelectField("Nguồn", validators=[InputRequired("Hãy chọn nguồn của khoá.")])
    name = text_line("Tên khoá", longest=100, required="Hãy đặt tên khoá.")
    days = SelectField("Thời hạn", choices=LIVES, default="365")
    may_submit = BooleanField(SCOPES[ApiScope.SUBMIT])
    may_update = BooleanField(SCOPES[ApiScope.UPDATE])
    may_read = BooleanField(SCOPES[ApiScope.READ])
    may_deadline = BooleanField(SCOPES[ApiScope.DEADLINE])
    may_field_reports = BooleanField(SCOPES[ApiScope.FIELD_REPORTS])

    may_catalogue = BooleanField(SCOPES[ApiScope.CATALOGUE])
    may_statistics = BooleanField(SCOPES[ApiScope.STATISTICS])
    agency = text_line("Mã cơ quan của số liệu", longest=40)

    def offer(self, sources: list[SourceLine]) -> None:
        """The sources to choose from, and a key of the form's own."""
        self.source.choices = {"": "Chọn nguồn"} | {
            line.code: f"{line.name} ({line.code})" for line in sources
        }
        if not _KEY.match(self.submission_key.data or ""):
            self.submission_key.data = secrets.token_hex(16)

    def to_command(self) -> IssueToken:
        """What the form says."""
        scopes = frozenset(scope for scope in ApiScope if self[f"may_{scope.value}"].data)
        return IssueToken(
            self.source.data,
            self.name.data or "",
            scopes,
            int(self.days.data),
            self.submission_key.data or "",
            (self.agency.data or "").strip(),
        )


class RotateForm(FlaskForm):
    """How long the old key goes on."""

    submission_key = HiddenField()
    hours = SelectField("Khoá cũ còn dùng", choices=OVERLAPS, default="24")

    def offer(self) -> None:
        """A key of the form's own."""
        if not _KEY.match(self.submission_key.data or ""):
            self.submission_key.data = secrets.token_hex(16)
