"""The form of a term."""

from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from tthc_tracker.services.retention import SetRetention
from tthc_tracker.services.supplements import LONGEST_BASIS
from tthc_tracker.web.forms import Day, text_line, whole


class RuleForm(FlaskForm):
    """A term, from a day on."""

    procedure_code = text_line("Mã thủ tục (để trống: mọi thủ tục)", longest=40)
    months = text_line("Lưu sau khi kết thúc (tháng)", longest=4, required="Hãy ghi số tháng.")
    valid_from = Day("Áp dụng từ ngày", validators=[InputRequired("Hãy chọn ngày áp dụng.")])
    basis = text_line("Căn cứ", longest=LONGEST_BASIS, required="Hãy ghi căn cứ của thời hạn lưu.")

    def to_command(self) -> SetRetention:
        """The verb this form asks for."""
        return SetRetention(
            self.procedure_code.data or "",
            whole(self.months.data),
            self.valid_from.data,
            self.basis.data or "",
        )
