"""Deliver what waits in the outbox: claim one, read what it says now, send without a transaction, settle."""

import time
from collections import Counter
from dataclasses import replace
from typing import Any, Protocol

from jinja2 import TemplateError

from tthc_tracker import clock
from tthc_tracker.channels.applicanttext import write_applicant_letter
from tthc_tracker.channels.email import Server, SmtpChannel, WrongServerAddress
from tthc_tracker.channels.files import MailFiles
from tthc_tracker.channels.letters import Envelope, Outcome, Verdict, compose
from tthc_tracker.channels.mailtext import Letter, write_letter
from tthc_tracker.channels.remindertext import write_reminder
from tthc_tracker.channels.sealtext import write_seal
from tthc_tracker.domain.applicantletters import ApplicantLetter
from tthc_tracker.extensions import database
from tthc_tracker.jobs.work import JobFault, Work, own_name
from tthc_tracker.queries import alertmail, applicantmail, remindermail
from tthc_tracker.services import outbox, reminders, sealing
from tthc_tracker.services.outbox import Claimed
from tthc_tracker.wording.alerts import APPLICANT

LONGEST_RUN = 120.0  # seconds; what is left waits for the next run
_POISON = (ValueError, TypeError, LookupError, AttributeError, TemplateError)


class Channel(Protocol):
    """A way out: hands one letter over, and can be told to give up at once."""

    def send(self, message: Any, before_data: Any) -> Outcome: ...
    def abort(self) -> None: ...


def channel_of(work: Work) -> Channel:
    """Files while no server is set.

    Raises:
        JobFault: SMTP_URL cannot be used.
    """
    if not work.smtp_url:
        return MailFiles(work.var / "mail")
    try:
        return SmtpChannel(Server.parse(work.smtp_url))
    except WrongServerAddress as error:
        raise JobFault(str(error)) from error


def deliver_mail(work: Work) -> dict[str, Any]:
    """Send what is due, one by one, until nothing is, the server is away, or two minutes are over.

    Raises:
        JobFault: our own settings keep every letter from leaving; all of them wait.
    """
    counts: Counter[str] = Counter()
    with work.transaction() as session:
        counts["reclaimed"], counts["expired"] = outbox.reclaim(session), outbox.expire(session, clock.now())
    channel, owner, end = channel_of(work), own_name(), time.monotonic() + LONGEST_RUN
    work.on_stop.append(channel.abort)
    try:
        while not work.holding.is_set() and time.monotonic() < end:
            with work.transaction() as session:
                message = outbox.claim(session, owner, clock.now())
            if message is None:
                break
            outcome = _deliver(work, channel, message)
            counts[outcome.verdict.value if outcome else "cancelled"] += 1
            _check_server(outcome)
            if outcome and outcome.verdict is Verdict.LATER and outcome.code is None:
                break  # nobody answers there: the others need not knock as well
    finally:
        work.on_stop.remove(channel.abort)
    return dict(counts)


def _check_server(outcome: Outcome | None) -> None:
    if outcome and outcome.verdict is Verdict.OUR_SETTINGS:
        raise JobFault(f"{outcome.code or ''} {outcome.reply}".strip())


def _deliver(work: Work, channel: Channel, message: Claimed) -> Outcome | None:
    """Send one; None when it no longer says anything true."""
    try:
        read = _applicants(work, message) if message.user_id is None else _accounts(work, message)
        made = compose(read[1], _envelope(work, message, read[0])) if read else None
    except _POISON as error:
        with database.transaction() as session:
            outbox.poison(session, message, reply=f"{type(error).__name__}: {error}", now=clock.now())
        return Outcome(Verdict.NEVER, reply=type(error).__name__)
    if made is None:
        with database.transaction() as session:
            outbox.cancel(session, message)
        return None
    outcome = channel.send(made, lambda: _enter_data(message))
    if message.user_id is None:  # a server's answer repeats the address, which is kept nowhere else
        outcome = replace(outcome, reply=outcome.reply.replace(str(made["To"]), APPLICANT))
    _settle(message, outcome)
    return outcome


def _envelope(work: Work, message: Claimed, to_address: str) -> Envelope:
    return Envelope(work.mail_from, to_address, message.message_id, message.created_at, message.attempts + 1)


def _accounts(work: Work, message: Claimed) -> tuple[str, Letter] | None:
    """Where a mail to somebody who works here goes, and what it says now."""
    if message.kind == reminders.KIND:
        return _reminder(work, message)
    if message.kind == sealing.KIND:
        return message.to_address, write_seal(message.context)
    with database.reading() as session:
        mail = alertmail.content(
            session,
            message.kind,
            message.user_id or 0,
            message.context,
            created_at=message.created_at,
            now=clock.now(),
        )
    return (message.to_address, write_letter(mail, public_url=work.public_url)) if mail else None


def _reminder(work: Work, message: Claimed) -> tuple[str, Letter] | None:
    with database.reading() as session:
        mail = remindermail.content(session, message.user_id or 0, message.context)
    return (message.to_address, write_reminder(mail, public_url=work.public_url)) if mail else None


def _applicants(work: Work, message: Claimed) -> tuple[str, Letter] | None:
    """Where a letter to an applicant goes by now, and what it says now."""
    with database.reading() as session:
        mail = applicantmail.content(
            session, ApplicantLetter(message.kind), int(message.context["dossier_id"])
        )
    if mail is None:
        return None
    letter = write_applicant_letter(mail, public_url=work.public_url, secret=work.secret_key)
    return mail.to_address, letter


def _enter_data(message: Claimed) -> bool:
    with database.transaction() as session:
        return outbox.enter_data(session, message)


_SETTLE = {
    Verdict.SENT: outbox.mark_sent,
    Verdict.LATER: outbox.postpone,
    Verdict.NEVER: outbox.bury,
    Verdict.OUR_SETTINGS: outbox.put_back,
}


def _settle(message: Claimed, outcome: Outcome) -> None:
    """Note what became of it. Under its own lease, whoever schedules now: a letter that left has left."""
    if outcome.verdict is Verdict.LEASE_LOST:
        return
    with database.transaction() as session:
        _SETTLE[outcome.verdict](session, message, code=outcome.code, reply=outcome.reply, now=clock.now())
