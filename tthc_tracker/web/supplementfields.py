"""What is asked of an applicant in a supplement request: the same fields before acceptance and after it."""

from collections.abc import Callable, Sequence

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional

from tthc_tracker.domain.receptionfacts import Paper
from tthc_tracker.queries.procedures import RequiredPaper
from tthc_tracker.services.acting import Target
from tthc_tracker.services.supplements import LONGEST, LONGEST_BASIS, AskSupplement
from tthc_tracker.web.forms import Day, Lines, text_line, whole

LONG = Length(max=LONGEST, message=f"Dài nhất {LONGEST} ký tự.")


class SupplementFields:
    """The fields, for a form that knows the dossier it was made from."""

    target: Callable[[str], Target]

    papers = SelectMultipleField("Giấy tờ còn thiếu", coerce=whole, validate_choice=False)
    content = Lines("Giấy tờ, nội dung khác cần hoàn thiện", validators=[Optional(), LONG])
    reason = text_line("Lý do", longest=LONGEST, required="Hãy ghi lý do cần bổ sung.")
    basis = text_line("Căn cứ", longest=LONGEST_BASIS, required="Hãy ghi căn cứ của yêu cầu bổ sung.")
    reply_by = Day("Hạn bổ sung", validators=[InputRequired("Hãy chọn hạn bổ sung.")])
    again_because = text_line("Vì sao phải yêu cầu thêm lần nữa", longest=LONGEST)

    def to_command(self, code: str, required: Sequence[RequiredPaper]) -> AskSupplement:
        """The verb this form asks for; what was ticked, as the procedure asks for it."""
        ticked = {number for number in self.papers.data or () if number is not None}
        papers = tuple(
            Paper(paper.name, paper.originals, paper.certified, paper.copies)
            for number, paper in enumerate(required)
            if number in ticked
        )
        return AskSupplement(
            self.target(code),
            papers,
            content=self.content.data or "",
            reason=self.reason.data or "",
            basis=self.basis.data or "",
            reply_by=self.reply_by.data,
            again_because=self.again_because.data or "",
        )
