"""The form of somebody who will be away."""

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired

from tthc_tracker.domain.deputies import SignatureForm
from tthc_tracker.services.deputies import NameDeputy
from tthc_tracker.web.forms import Choice, Day, text_line, whole
from tthc_tracker.wording import deputies as words
from tthc_tracker.wording.labels import label

FORMS = [Choice("", "–"), *(Choice(one.value, label(one)) for one in SignatureForm)]


class DeputyForm(FlaskForm):
    """Who is away from when to when, and who stands in; of a head also how he signs."""

    user_id = SelectField("Người vắng", choices=[], validate_choice=False)
    deputy_id = SelectField("Người thay", choices=[], validate_choice=False)
    from_day = Day("Từ ngày", validators=[InputRequired(words.NO_DAY)])
    to_day = Day("Đến hết ngày", validators=[InputRequired(words.NO_DAY)])
    form = SelectField("Người thay ký theo cách", choices=FORMS, validate_choice=False)
    user_title = text_line("Chức vụ của thủ trưởng", longest=100)
    deputy_title = text_line("Chức vụ của người thay", longest=100)
    basis = text_line("Văn bản giao, uỷ quyền", longest=200)

    def to_command(self) -> NameDeputy:
        """The verb that this form asks for."""
        assert self.from_day.data is not None
        assert self.to_day.data is not None
        form = self.form.data
        return NameDeputy(
            whole(self.user_id.data) or 0,
            whole(self.deputy_id.data) or 0,
            self.from_day.data,
            self.to_day.data,
            SignatureForm(form) if form in set(SignatureForm) else None,
            self.user_title.data or "",
            self.deputy_title.data or "",
            self.basis.data or "",
        )
