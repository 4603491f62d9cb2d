"""What stands around every field of a form, in Python: as Jinja macros it took half of what a field takes.

The macros of components/forms.html put their fields together from these (docs/design-system.md).
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from jinja2 import Environment
from markupsafe import Markup

from tthc_tracker.web.components import escaped, icon

REQUIRED = Markup(
    '<span class="required" aria-hidden="true"> *</span><span class="visually-hidden"> (bắt buộc)</span>'
)


def described(its_id: str, hint: Any = None, errors: Sequence[Any] = ()) -> str:
    """The ids of what describes a control, for its aria-describedby; empty where nothing does."""
    return " ".join(filter(None, [f"{its_id}-hint" if hint else "", f"{its_id}-error" if errors else ""]))


def label(its_id: str, words: Any, required: bool, hint: Any = None, errors: Sequence[Any] = ()) -> Markup:
    """What stands above a control: its label, and what `notes` gives."""
    mark = REQUIRED if required else ""
    name = f'<label class="form-label" for="{escaped(its_id)}">{_plain(words)}{mark}</label>'
    return _markup(name + _noted(its_id, hint, errors))


def notes(its_id: str, hint: Any = None, errors: Sequence[Any] = ()) -> Markup:
    """The hint of a control and what is wrong with it, where there is any."""
    return _markup(_noted(its_id, hint, errors))


def _noted(its_id: str, hint: Any, errors: Sequence[Any]) -> str:
    name, said = escaped(its_id), ""
    if hint:
        said = f'<div class="form-hint" id="{name}-hint">{_plain(hint)}</div>'
    if errors:
        wrong = " ".join(map(_plain, errors))
        said += (
            f'<div class="form-error" id="{name}-error">{icon("error")} '
            f'<span><span class="visually-hidden">Lỗi: </span>{wrong}</span></div>'
        )
    return said


def options(choices: Iterable[tuple[Any, Any]], value: Any) -> Markup:
    """The choices of a select, (value, words), the one of `value` selected."""
    chosen, found = str(value), []
    for key, words in choices:
        state = " selected" if str(key) == chosen else ""
        found.append(f'<option value="{_plain(key)}"{state}>{_plain(words)}</option>')
    return _markup("".join(found))


def boxes(name: str, choices: Iterable[tuple[Any, Any]], ticked: Collection[str], prefix: str) -> Markup:
    """A box for each choice, (value, words), those of `ticked` ticked. prefix: of their ids."""
    found = []
    for key, words in choices:
        value, state = _plain(key), " checked" if key in ticked else ""
        its_id = f"{escaped(prefix)}-{value}"
        found.append(
            f'<div class="form-check"><input class="form-check-input" type="checkbox" id="{its_id}" '
            f'name="{escaped(name)}" value="{value}"{state}> '
            f'<label class="form-check-label" for="{its_id}">{_plain(words)}</label></div>'
        )
    return _markup("".join(found))


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (every value is escaped above, where it is put in)


def _plain(value: Any) -> str:
    """A value as a template writes it out: escaped, unless it is markup."""
    return str.__str__(value) if isinstance(value, Markup) else escaped(str(value))


def register(environment: Environment) -> None:
    """Let the macros of components/forms.html use these."""
    parts = cast("dict[str, Any]", environment.globals["parts"])
    parts.update(required=REQUIRED, described=described, label=label, notes=notes, options=options)
