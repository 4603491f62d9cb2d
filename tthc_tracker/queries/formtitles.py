"""What printed forms are called, from which day to which."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.models.setting import FormTitle

COLUMNS = ("form_key", "title", "number", "basis", "valid_from", "valid_to")


@dataclass(frozen=True)
class TitleLine:
    """A row as the catalogue shows it. valid_to None: it holds on."""

    form_key: str
    title: str
    number: str
    basis: str
    valid_from: dt.date
    valid_to: dt.date | None

    def in_force(self, day: dt.date) -> bool:
        """Whether it is what a paper of this day bears."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def titles(session: Session) -> list[TitleLine]:
    """Every title, form by form, of each the latest first."""
    columns = (getattr(FormTitle, name) for name in COLUMNS)
    ordered = select(*columns).order_by(FormTitle.form_key, FormTitle.valid_from.desc())
    return [TitleLine(*row) for row in session.execute(ordered)]


def export_rows(session: Session) -> Iterator[tuple[object, ...]]:
    """The same as a file of titles has them."""
    for one in titles(session):
        yield tuple("" if value is None else value for value in vars(one).values())
