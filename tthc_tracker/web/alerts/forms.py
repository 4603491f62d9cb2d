"""The forms of one alert; each knows the command it stands for."""

from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from tthc_tracker.queries.alerttakers import Taker
from tthc_tracker.services.acting import Target
from tthc_tracker.services.alertanswers import LONGEST_NOTE, AcknowledgeAlert, HandAlert, SnoozeAlert
from tthc_tracker.services.disputes import DisputeSource
from tthc_tracker.web.forms import RELOAD, Choice, Day, Version, text_line, whole
from tthc_tracker.wording import alertanswers as words
from tthc_tracker.wording.labels import label


class AcknowledgeForm(FlaskForm):
    """What will be done, and by when. Its fields bear plain names: other pages carry this form too."""

    name: ClassVar[str] = "ghi_nhan"

    note = text_line("Đã làm hoặc sẽ làm gì", longest=LONGEST_NOTE, required=words.MISSING["note"])
    by = Day("Xong vào ngày")

    def to_command(self, alert_id: int) -> AcknowledgeAlert:
        """The verb this form asks for."""
        return AcknowledgeAlert(alert_id, self.note.data or "", self.by.data)


class SnoozeForm(FlaskForm):
    """Not before a day."""

    name: ClassVar[str] = "hoan"

    until = Day("Nhắc lại vào ngày")
    reason = text_line("Vì sao hoãn", longest=LONGEST_NOTE, required=words.MISSING["reason"])

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.name, **given)

    def to_command(self, alert_id: int) -> SnoozeAlert:
        """The verb this form asks for."""
        return SnoozeAlert(alert_id, self.until.data, self.reason.data or "")


class HandForm(FlaskForm):
    """To somebody who can act."""

    name: ClassVar[str] = "chuyen"

    to = SelectField("Chuyển cho", validate_choice=False)

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.name, **given)

    def offer(self, takers: list[Taker]) -> None:
        """Who may take it."""
        people = [Choice(str(one.user_id), f"{one.name} ({label(one.role)}, {one.place})") for one in takers]
        self.to.choices = [Choice("", "–"), *people]

    def to_command(self, alert_id: int) -> HandAlert:
        """The verb this form asks for."""
        return HandAlert(alert_id, whole(self.to.data))


class DisputeForm(FlaskForm):
    """Resolved over there; the source has not said so yet. code: of the dossier."""

    name: ClassVar[str] = "dong_bo"
    code = ""

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])
    resolved_on = Day("Đã giải quyết ngày")

    def __init__(self, **given: Any) -> None:
        super().__init__(prefix=self.name, **given)

    def to_command(self, _alert_id: int) -> DisputeSource:
        """The verb this form asks for."""
        return DisputeSource(Target(self.code, self.version.data), self.resolved_on.data)


AlertForm = AcknowledgeForm | SnoozeForm | HandForm | DisputeForm
