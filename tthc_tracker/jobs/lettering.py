"""What a message of the outbox says now, and to whom it goes: from its row to a letter or a short text."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from sqlalchemy.orm import Session

from tthc_tracker import clock
from tthc_tracker.channels.applicanttext import write_applicant_letter
from tthc_tracker.channels.letters import Envelope, compose
from tthc_tracker.channels.mailtext import Around, Letter, write_letter
from tthc_tracker.channels.refusedtext import write_refused
from tthc_tracker.channels.remindertext import write_reminder
from tthc_tracker.channels.sealtext import write_seal
from tthc_tracker.channels.silencetext import write_silence
from tthc_tracker.channels.texts import Text, write_text
from tthc_tracker.channels.weeklytext import bars_of, write_summary
from tthc_tracker.charts.weekly import on_time_by_week
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.domain.mailrhythm import AlertMailKind, fewer_token
from tthc_tracker.extensions import database
from tthc_tracker.jobs.work import Work
from tthc_tracker.queries import alertmail, applicantmail, mailroutes, operations, remindermail, weeklysummary
from tthc_tracker.queries.weeklysummary import WeeklySummary
from tthc_tracker.rendering import NotRenderedError, elsewhere
from tthc_tracker.services import outbox, refusedaddresses, reminders, sealing, silences, weeklymails
from tthc_tracker.services.outbox import Claimed

TEXT_KIND = "text"


class NobodyReads(Exception):
    """The address of a mail's person is refused, and so is that of everybody who answers above him."""


@dataclass(frozen=True)
class Ready:
    """Something to hand over, and the address or number it goes to."""

    to: str
    made: EmailMessage | Text


def ready(work: Work, message: Claimed) -> Ready | None:
    """What leaves; None when it no longer says anything true.

    Raises:
        NobodyReads.
    """
    if message.channel != outbox.EMAIL:
        return _text(work, message)
    if message.user_id is None:
        return _to_applicant(work, message)
    with database.reading() as session:
        to = mailroutes.destination(session, message.user_id)
        if to is None:
            raise NobodyReads
        # Whoever reads it in somebody's place has no choice to make for him.
        fewer = "" if to.instead_of else _fewer_url(work, message)
        around = Around(work.public_url, to.instead_of, fewer, message.id)
        letter = _letter(session, message, around)
    return Ready(to.address, compose(letter, _envelope(work, message, to.address, fewer))) if letter else None


def _envelope(work: Work, message: Claimed, to: str, fewer: str = "") -> Envelope:
    return Envelope(
        work.mail_from, to, message.message_id, message.created_at, message.attempts + 1, fewer_url=fewer
    )


def _fewer_url(work: Work, message: Claimed) -> str:
    if message.kind not in set(AlertMailKind):
        return ""
    token = fewer_token(work.secret_key, message.user_id or 0, AlertMailKind(message.kind))
    return f"{work.public_url}/thu/{token}"


def _letter(session: Session, message: Claimed, around: Around) -> Letter | None:
    user_id, context = message.user_id or 0, message.context
    if message.kind == reminders.KIND:
        reminder = remindermail.content(session, user_id, context)
        return write_reminder(reminder, around) if reminder else None
    if message.kind == sealing.KIND:
        return write_seal(context)
    if message.kind == silences.KIND:
        return _of_silence(session, context, around)
    if message.kind == weeklymails.KIND:
        summary = weeklysummary.content(session, user_id, context, clock.now())
        return write_summary(summary, around, picture=_picture(summary)) if summary else None
    if message.kind == refusedaddresses.KIND:
        refused = mailroutes.refused_account(session, int(context["user_id"]))
        return write_refused(refused, around) if refused else None
    mail = alertmail.content(
        session, message.kind, user_id, context, created_at=message.created_at, now=clock.now()
    )
    return write_letter(mail, around) if mail else None


def _of_silence(session: Session, context: Mapping[str, Any], around: Around) -> Letter | None:
    """Nothing that scans have stopped once one has come to its end again."""
    last = operations.last_scan(session)
    if "back" in context or (last is not None and silences.is_silent(last, clock.now())):
        return write_silence(context, around)
    return None


def _picture(summary: WeeklySummary) -> bytes:
    """The summary's picture, drawn beside this process; without one the letter says the same."""
    try:
        return elsewhere(on_time_by_week, *bars_of(summary))
    except NotRenderedError:
        return b""


def _to_applicant(work: Work, message: Claimed) -> Ready | None:
    """A letter to somebody without an account goes where he can be reached by now."""
    with database.reading() as session:
        mail = applicantmail.content(
            session, ApplicantLetter(message.kind), int(message.context["dossier_id"])
        )
    if mail is None:
        return None
    letter = write_applicant_letter(mail, public_url=work.public_url, secret=work.secret_key)
    return Ready(mail.to_address, compose(letter, _envelope(work, message, mail.to_address)))


def _text(work: Work, message: Claimed) -> Ready | None:
    with database.reading() as session:
        phone = mailroutes.phone_of(session, message.user_id or 0)
        mail = alertmail.content(
            session, message.kind, message.user_id or 0, message.context,
            created_at=message.created_at, now=clock.now(),
        )  # fmt: skip
    if mail is None or not phone:
        return None
    around = Around(work.public_url, mail_id=message.id)
    words = write_text(mail, channel=message.channel, around=around)
    return Ready(phone, Text(message.channel, phone, words, message.message_id))
