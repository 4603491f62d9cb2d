"""What a citizen types, or what his receipt's QR code brings."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.validators import InputRequired, Length

from tthc_tracker.domain.lookups import Proof, read_token, read_typed
from tthc_tracker.domain.ratings import Rating
from tthc_tracker.web.forms import Choice, TextLine, text_line
from tthc_tracker.wording import lookups as words
from tthc_tracker.wording import ratings
from tthc_tracker.wording.labels import label


class LookUpForm(FlaskForm):
    """The code and one of three proofs; `token` is filled in by a script only. `proof` is what was shown."""

    code = text_line("Mã hồ sơ", longest=40, required=words.NO_CODE)
    number = TextLine(
        "6 số cuối của số căn cước, hoặc số điện thoại",
        validators=[Length(max=40, message="Dài nhất 40 ký tự.")],
    )
    token = HiddenField()
    proof: Proof | None = None

    def validate_number(self, field: TextLine) -> None:
        """One proof is needed; a number that was typed comes before a token that a browser may have kept."""
        self.proof = read_typed(field.data) if field.data else read_token(self.token.data or "")
        if self.proof is None:
            raise ValidationError(words.NO_PROOF)


class TicketForm(FlaskForm):
    """A further wish about the dossier that has just been opened."""

    ticket = HiddenField()


class RatingForm(TicketForm):
    """How the applicant found the service."""

    rating = RadioField(
        ratings.ASK,
        choices=[Choice(one.value, label(one)) for one in Rating],
        validators=[InputRequired(ratings.CHOOSE)],
    )
