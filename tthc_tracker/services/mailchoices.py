"""What people choose about their mails: on their own page, or by the link of a mail without signing in."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.mailrhythm import AlertMailKind, MailChoice, MailFrequency
from tthc_tracker.domain.throttles import Limit, Throttle
from tthc_tracker.models.account import User
from tthc_tracker.services import audit
from tthc_tracker.services.acting import Person

# A mail provider asks for all of its people from one network; somebody who guesses needs 2^128 tries.
_BY_NETWORK = (Limit(60, dt.timedelta(minutes=1)), Limit(2000, dt.timedelta(days=1)))


@dataclass(frozen=True)
class ChooseMails:
    """How often, and whether the weekly summary comes."""

    choice: MailChoice


def choose(session: Session, command: ChooseMails, *, person: Person, now: dt.datetime) -> None:
    """Keep what somebody chooses for himself."""
    _keep(session, session.get_one(User, person.user_id), command.choice, "mails_chosen", now)


def lower(session: Session, user_id: int, kind: AlertMailKind, *, now: dt.datetime) -> MailChoice | None:
    """Give somebody fewer mails of a kind; never fewer than the next morning's for what is statutory.

    A second time changes nothing: providers send the same request again. None for an account that is closed.
    """
    user = session.get(User, user_id)
    if user is None or not user.active:
        return None
    return _keep(session, user, _of(user).without(kind), "mails_lowered", now)


def _of(user: User) -> MailChoice:
    return MailChoice(user.mail_frequency, user.summary_mail)


def _keep(session: Session, user: User, choice: MailChoice, action: str, now: dt.datetime) -> MailChoice:
    before = _of(user)
    if choice != before:
        user.mail_frequency, user.summary_mail = choice.frequency, choice.summary
        facts = {"old": _facts(before), "new": _facts(choice)}
        audit.note(
            session, action, actor_id=user.id, now=now, object_type="user", object_id=user.id, facts=facts
        )
    return choice


def _facts(choice: MailChoice) -> list[str]:
    return [choice.frequency.value, *(["summary"] if choice.summary else [])]


def throttle_of(network: str) -> Throttle:
    """How often one network may ask for fewer mails."""
    return Throttle("fewer_mails", network, _BY_NETWORK)


def read_choice(frequency: str, summary: bool) -> MailChoice | None:
    """A choice as a form sends it; None for a frequency there is none of."""
    return MailChoice(MailFrequency(frequency), summary) if frequency in set(MailFrequency) else None
