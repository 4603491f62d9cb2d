"""The form of where a source is fetched from."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField
from wtforms.validators import InputRequired, Length

from tthc_tracker.domain.feeds import EVERY, LONGEST_TOKEN, FeedKind
from tthc_tracker.queries.feeds import FeedLine
from tthc_tracker.services.feeds import SetFeed
from tthc_tracker.web.forms import text_line
from tthc_tracker.wording.feeds import KINDS, NO_MINUTES


class Minutes(IntegerField):
    """Whole minutes; what is no number is asked for again in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
        if self.data is None:
            raise ValueError(NO_MINUTES)


class FeedForm(FlaskForm):
    """Where, how often, with which token."""

    kind = SelectField("Lấy từ", choices={kind.value: words for kind, words in KINDS.items()})
    place = text_line("Thư mục hoặc địa chỉ", longest=500, required="Hãy ghi thư mục hoặc địa chỉ.")
    token = PasswordField("Mã truy cập", validators=[Length(max=LONGEST_TOKEN)])
    no_token = BooleanField("Bỏ mã truy cập đang có")
    every_minutes = Minutes("Xem lại sau mỗi (phút)", default=15, validators=[InputRequired(NO_MINUTES)])
    enabled = BooleanField("Đang bật", default=True)
    from_start = BooleanField("Lấy lại từ đầu (chỉ HTTP)")
    version = HiddenField(default="0")

    @classmethod
    def of(cls, line: FeedLine | None, **how: Any) -> "FeedForm":
        """The form of a source as it stands; what was sent comes before it."""
        if line is None:
            return cls(**how)
        return cls(
            **how, kind=line.kind.value, place=line.place, every_minutes=line.every_minutes,
            enabled=line.enabled, version=line.version,
        )  # fmt: skip

    def to_command(self, source_code: str) -> SetFeed:
        """What the form says."""
        return SetFeed(
            source_code, FeedKind(self.kind.data), self.place.data or "", self.every_minutes.data or EVERY[0],
            bool(self.enabled.data), None if self.no_token.data else self.token.data or "",
            bool(self.from_start.data),
        )  # fmt: skip
