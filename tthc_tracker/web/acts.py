"""An act on a dossier as every page carries it out: the form, one verb in one transaction, or a refusal.

What a refusal looks like is the page's own: it shows itself again with what was typed.
"""

from collections.abc import Callable
from typing import Any

from flask_login import current_user
from flask_wtf import FlaskForm

from tthc_tracker import clock
from tthc_tracker.domain.errors import InvalidInput, NotNow, StaleVersion
from tthc_tracker.web.forms import show
from tthc_tracker.web.unit_of_work import transaction

CHANGED = "Hồ sơ đã được cập nhật sau khi bạn mở trang. Nội dung bạn nhập vẫn còn; hãy xem lại rồi gửi lại."


class RefusedError(Exception):
    """Nothing was done. status: of the answer; errors: what to say above the form, besides what is in it."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status)
        self.status, self.errors = status, errors


def carry_out(
    form: FlaskForm,
    verb: Callable[..., Any],
    command: Callable[[], Any],
    *,
    not_now: str,
    changed: str = CHANGED,
) -> Any:
    """What the verb gives, done and committed.

    changed, not_now: what to say when somebody else was faster, or the dossier's state forbids it by now.

    Raises:
        RefusedError: the form is wrong, or one of those.
    """
    if not form.validate_on_submit():
        raise RefusedError(422)
    try:
        with transaction() as session:
            return verb(session, command(), person=current_user, now=clock.now())
    except InvalidInput as fault:
        raise RefusedError(show(form, fault)) from fault
    except StaleVersion as fault:
        raise RefusedError(409, changed) from fault
    except NotNow as fault:
        raise RefusedError(409, not_now) from fault
