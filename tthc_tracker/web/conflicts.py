"""Two people at one form: the second sees both values of each field and chooses; nothing typed is lost.

The page that shows them carries the version they were shown at: a third change is met in the same way. No
value is chosen beforehand: overlooking a line undoes nobody's work.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, Form, FormField, HiddenField, SelectField

from tthc_tracker.domain.errors import InvalidInput, StaleVersion
from tthc_tracker.web.forms import Day, show
from tthc_tracker.web.unit_of_work import transaction

TYPED, STORED = "typed", "stored"
ASKED, KEEP = "differs", "keep-"  # the names of a page's answers

CHANGED = (
    "Người khác vừa sửa mục này. Điều bạn nhập vẫn còn đây: ở mỗi chỗ hai bản khác nhau hãy chọn giá trị giữ "
    "lại, rồi lưu."
)

SAME = "Người khác vừa sửa mục này đúng như bạn nhập: không còn gì để lưu."

Shown = Callable[[Field], str]
"""How a field's value reads to people."""


@dataclass(frozen=True)
class Difference:
    """A field with two values: what this person typed and what is stored by now; `chosen`: which he keeps."""

    name: str
    label: str
    typed: str
    stored: str
    chosen: str = ""


@dataclass(frozen=True)
class Saved:
    """How a form was saved: the status of the answer (303: done), and both values if somebody was faster."""

    status: int
    both: list[Difference] = made(default_factory=list)


def save(
    form: FlaskForm, stored: FlaskForm, verb: Callable[[Session], Any], *, version: str = "version"
) -> Saved:
    """Carry out what was sent, or put beside it what stands by now; `stored` is the same form of that.

    version: the field that holds the version the form was made from.
    """
    if settle(form, stored, request.form):
        if not form.validate():
            return Saved(422)
        try:
            with transaction() as session:
                verb(session)
            return Saved(303)
        except InvalidInput as error:
            return Saved(show(form, error))
        except StaleVersion:
            pass
    form[version].data = stored[version].data
    both = differences(form, stored, words_of, request.form)
    form.form_errors.append(CHANGED if both else SAME)
    return Saved(409, both)


def words_of(one: Field) -> str:
    """The value of a field as people read it."""
    if isinstance(one, FieldList):
        rows = (words_of(row) for row in one)
        return "; ".join(row for row in rows if row)
    if isinstance(one, FormField):
        return _row(one.form)
    if isinstance(one, BooleanField):
        return "Có" if one.data else "Không"
    if isinstance(one, SelectField):
        return str({choice[0]: choice[1] for choice in one.iter_choices()}.get(one.data, one.data or ""))
    return one.words if isinstance(one, Day) else str(one.data or "")


def _row(row: Form) -> str:
    """A line of a list in words; one without a name counts for nothing."""
    if not (row["name"].data or "").strip():
        return ""
    said = [
        words_of(one) if not isinstance(one, BooleanField) else one.label.text * bool(one.data) for one in row
    ]
    return ", ".join(words for words in said if words)


def differences(
    typed: Form,
    stored: Form,
    shown: Shown,
    answers: MultiDict[str, str],
    *,
    leave_out: Collection[str] = (),
) -> list[Difference]:
    """The fields whose values differ, in the order of the form; `leave_out`: those that nobody stores."""
    found = []
    for field in typed:
        if isinstance(field, HiddenField) or field.name in leave_out or _is_text_of_another(typed, field):
            continue
        here, there = shown(field), shown(stored[field.name])
        if _bare(here) != _bare(there):
            chosen = answers.get(KEEP + field.name, "")
            found.append(Difference(field.name, field.label.text, here, there, chosen))
    return found


def settle(form: Form, stored: Form, answers: MultiDict[str, str]) -> bool:
    """Put in what was chosen of the values a page showed; False while a line of it has no answer."""
    names = [name for name in answers.getlist(ASKED) if name in form and name in stored]
    for name in names:
        if answers.get(KEEP + name) == STORED:
            _take(form, stored, name)
    return all(answers.get(KEEP + name) in {TYPED, STORED} for name in names)


def _take(form: Form, stored: Form, name: str) -> None:
    field, there = form[name], stored[name]
    if isinstance(field, FieldList) and isinstance(there, FieldList):
        while field.entries:
            field.pop_entry()
        for row in there:
            if _row(row.form):
                field.append_entry(row.data)
        return
    for each in (name, f"{name}_text"):
        if each in form:
            form[each].data = stored[each].data
            if not isinstance(field, BooleanField):  # what validators ask for instead of the value
                form[each].raw_data = [words] if (words := _text(stored[each])) else []


def _text(stored: Field) -> str:
    return stored.words if isinstance(stored, Day) else str(stored.data or "")


def _is_text_of_another(form: Form, field: Field) -> bool:
    """The words beside a choice go with it."""
    return bool(field.name.endswith("_text")) and field.name.removesuffix("_text") in form


def _bare(text: str) -> str:
    """Without what makes no difference: blanks, the dots of numbers, the form of letters."""
    return re.sub(r"[\s.]", "", text).casefold()
