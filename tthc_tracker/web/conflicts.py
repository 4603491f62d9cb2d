"""Two people at one form: the second sees both values of each field and chooses; nothing typed is lost.

The page that shows them carries the version they were shown at: a third change is met in the same way. No
value is chosen beforehand: overlooking a line undoes nobody's work.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, Form, HiddenField

TYPED, STORED = "typed", "stored"
ASKED, KEEP = "differs", "keep-"  # the names of a page's answers

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
    field = form[name]
    if isinstance(field, FieldList):
        while field.entries:
            field.pop_entry()
        for row in stored[name].data:
            field.append_entry(row)
        return
    for each in (name, f"{name}_text"):
        if each in form:
            form[each].data = stored[each].data


def _is_text_of_another(form: Form, field: Field) -> bool:
    """The words beside a choice go with it."""
    return bool(field.name.endswith("_text")) and field.name.removesuffix("_text") in form


def _bare(text: str) -> str:
    """Without what makes no difference: blanks, the dots of numbers, the form of letters."""
    return re.sub(r"[\s.]", "", text).casefold()
