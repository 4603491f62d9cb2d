"""Set when the morning's mail of an agency is written and by which way its short texts go."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import InvalidInput
from tthc_tracker.models.setting import Setting
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person
from tthc_tracker.services.alertrules import agency_for
from tthc_tracker.services.revisions import raise_revision
from tthc_tracker.wording import mails as words


@dataclass(frozen=True)
class SetMailHours:
    """An agency (its code); None: as the agency above has it."""

    agency_code: str
    digest_time: str | None
    text_channel: str | None


def set_hours(session: Session, command: SetMailHours, *, person: Person, now: dt.datetime) -> None:
    """Put them into force from today, for the agency and all below it that have none of their own.

    Raises:
        InvalidInput: a field, by its name; or not this person's agency.
    """
    agency = agency_for(session, command.agency_code, person)
    values = {"digest_time": _clock(command.digest_time), "text_channel": _channel(command.text_channel)}
    for name, value in values.items():
        _put(session, name, agency.id, value, now.date())
    raise_revision(session, "settings")
    audit.note(
        session, "mail_hours_set", actor_id=person.user_id, now=now, object_type="agency",
        object_id=agency.code, agency_id=agency.id, facts=dict(values),
    )  # fmt: skip


def _clock(typed: str | None) -> str | None:
    if typed is None:
        return None
    try:
        return dt.time.fromisoformat(typed.strip()).strftime("%H:%M")
    except ValueError:
        raise InvalidInput("digest_time", words.NOT_AN_HOUR) from None


def _channel(chosen: str | None) -> str | None:
    if chosen is not None and chosen not in words.TEXT_CHANNELS:
        raise InvalidInput("text_channel", words.NO_SUCH_CHANNEL)
    return chosen


def _put(session: Session, name: str, agency_id: int, value: str | None, on: dt.date) -> None:
    """What was set today is replaced; whoever wants to know what held before finds it in the trail."""
    rows = select(Setting).where(Setting.name == name, Setting.agency_key == agency_id)
    kept = list(session.execute(rows.order_by(Setting.valid_from).with_for_update()).scalars())
    if value is None:
        for row in kept:
            session.delete(row)
        return
    today = next((row for row in kept if row.valid_from == on), None)
    if today is None:
        today = Setting(name=name, agency_id=agency_id, agency_key=agency_id, valid_from=on)
        session.add(today)
    today.value = value
