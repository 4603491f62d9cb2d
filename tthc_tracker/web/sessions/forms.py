"""The forms of a conclusion: what was concluded, another day for it, with what it was carried out."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Regexp

from tthc_tracker.domain.periods import Period
from tthc_tracker.services.conclusions import LONGEST_DUTY, LONGEST_NOTE, NoteConclusion
from tthc_tracker.web.forms import RELOAD, Day, Lines, Version, text_line
from tthc_tracker.wording import conclusions as said


class ConclusionForm(FlaskForm):
    """Something that the session concluded."""

    submission_key = HiddenField(validators=[Regexp(r"\A[0-9a-f]{32}\Z", message=RELOAD)])
    held_on = Day("Họp ngày", validators=[InputRequired(said.NOT_HELD)])
    words = Lines("Kết luận", validators=[InputRequired(said.NO_WORDS)])
    owner = StringField("Cơ quan thực hiện", validators=[InputRequired(said.NO_OWNER)])
    duty = text_line("Bộ phận, chức danh phụ trách", longest=LONGEST_DUTY)
    due_on = Day("Hạn thực hiện", validators=[InputRequired(said.NO_DAY)])

    def to_command(self, agency_id: int, period: Period) -> NoteConclusion:
        """The verb this form asks for."""
        return NoteConclusion(
            self.submission_key.data or "", agency_id, period, self.held_on.data, self.words.data or "",
            self.owner.data or "", self.duty.data or "", self.due_on.data,
        )  # fmt: skip


class DoneForm(FlaskForm):
    """It has been carried out."""

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])
    done_on = Day("Xong ngày", validators=[InputRequired(said.DONE_AHEAD)])
    note = text_line("Kết quả", longest=LONGEST_NOTE, required=said.NO_RESULT)


class MoveForm(FlaskForm):
    """It gets another day."""

    version = Version("Phiên bản", validators=[InputRequired(RELOAD)])
    due_on = Day("Hạn mới", validators=[InputRequired(said.NO_DAY)])
    reason = text_line("Lý do đổi hạn", longest=LONGEST_NOTE, required=said.NO_REASON)
