"""The form of a correction: filled with what is noted, and beside what somebody else has noted since."""

from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, FieldList

from tthc_tracker.queries import procedures, reception
from tthc_tracker.queries.reception import Noted
from tthc_tracker.web.reception import page
from tthc_tracker.web.reception.forms import CorrectionForm, fill
from tthc_tracker.wording.labels import label

CONFLICT = (
    "Người khác vừa sửa hồ sơ này. Điều bạn nhập vẫn còn đây: ở mỗi chỗ hai bản khác nhau hãy chọn giá trị "
    "giữ lại, rồi lưu."
)


def noted_of(session: Session, code: str) -> Noted:
    """What stands of a dossier by now, where this person may see it."""
    return reception.noted(session, code, current_user.scope)


def filled(session: Session, noted: Noted) -> CorrectionForm:
    """The form as it opens: every field as it is noted, at that version."""
    form = CorrectionForm(formdata=None)
    fill(form, noted)
    form.version.data = str(noted.version)
    choice = procedures.by_code(session, noted.facts.procedure_code, noted.accepted_at.date())
    form.procedure.data = noted.facts.procedure_code
    form.procedure_text.data = choice.words if choice else noted.facts.procedure_code
    return form


def shown(field: Field) -> str:
    """A field's value in words."""
    if isinstance(field, FieldList):
        return "; ".join(_paper(row) for row in field.data if row["name"])
    if isinstance(field, BooleanField):
        return "Có" if field.data else "Không"
    words = page.CHOICES | {
        "channel": [(channel.value, label(channel)) for channel in CorrectionForm.channels]
    }
    known = dict(words.get(field.name.removeprefix("owner_"), ()))
    value = field.data or ""
    return str(known.get(value, value))


def beside(typed: CorrectionForm, stored: CorrectionForm) -> frozenset[str]:
    """What is not to be compared: the reason for this very correction, an owner where neither has one."""
    owner = {field.name for field in typed if field.name.startswith("owner_")}
    nobody = not (typed.owner_differs.data or stored.owner_differs.data)
    return frozenset({"reason"} | (owner if nobody else set()))


def _paper(row: dict[str, object]) -> str:
    counts = [
        f"{row[name]} {words}"
        for name, words in (("originals", "bản chính"), ("certified", "chứng thực"), ("copies", "bản sao"))
        if row[name]
    ]
    digitised = ["đã số hoá"] if row["digitised"] else []
    return ", ".join([str(row["name"]), *counts, *digitised])
