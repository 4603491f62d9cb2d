"""The forms of an outage."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its stubs are older than it
from wtforms.validators import InputRequired, Optional, Regexp

from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.services.outages import NoteOutage
from tthc_tracker.services.supplements import LONGEST
from tthc_tracker.web.forms import RELOAD, LocalMoment, text_line
from tthc_tracker.wording.labels import label

SYSTEMS = [SelectChoice(one.value, label(one)) for one in OutsideSystem]


class OutageForm(FlaskForm):
    """A system is, or was, down."""

    submission_key = HiddenField(validators=[Regexp(r"\A[0-9a-f]{32}\Z", message=RELOAD)])
    system = SelectField("Hệ thống", choices=SYSTEMS)
    sector = SelectField("Lĩnh vực bị ảnh hưởng", choices=[], validate_choice=False)
    began_at = LocalMoment("Sự cố từ lúc", validators=[InputRequired("Hãy ghi sự cố bắt đầu lúc nào.")])
    ended_at = LocalMoment("Đến lúc (để trống: chưa hết)", validators=[Optional()])
    note = text_line("Ghi chú", longest=LONGEST)

    def to_command(self, agency_id: int) -> NoteOutage:
        """The verb this form asks for."""
        return NoteOutage(
            self.submission_key.data or "",
            agency_id,
            OutsideSystem(self.system.data),
            self.began_at.aware(),
            self.ended_at.aware(),
            self.sector.data or "",
            self.note.data or "",
        )


class EndForm(FlaskForm):
    """The system is back."""

    ended_at = LocalMoment("Hết sự cố lúc (để trống: bây giờ)", validators=[Optional()])
