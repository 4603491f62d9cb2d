"""Deliver what waits in the outbox: claim one, read what it says now, send without a transaction, settle."""

import time
from collections import Counter
from dataclasses import replace
from typing import Any, Protocol

from jinja2 import TemplateError

from tthc_tracker import clock
from tthc_tracker.channels.email import Server, SmtpChannel, WrongServerAddress
from tthc_tracker.channels.files import MailFiles
from tthc_tracker.channels.letters import Outcome, Verdict
from tthc_tracker.channels.texts import TextFiles
from tthc_tracker.domain.mailrhythm import refuses_the_address
from tthc_tracker.extensions import database
from tthc_tracker.jobs.lettering import NobodyReads, ready
from tthc_tracker.jobs.work import JobFault, Work, own_name, patient_unit
from tthc_tracker.services import outbox, refusedaddresses
from tthc_tracker.services.outbox import Claimed
from tthc_tracker.wording.mails import NOBODY_READS
from tthc_tracker.wording.outbox import APPLICANT

LONGEST_RUN = 120.0  # seconds; what is left waits for the next run
_POISON = (ValueError, TypeError, LookupError, AttributeError, TemplateError)


class Channel(Protocol):
    """A way out: hands one letter over, and can be told to give up at once."""

    def send(self, message: Any, before_data: Any) -> Outcome: ...
    def abort(self) -> None: ...


def channel_of(work: Work, name: str = outbox.EMAIL) -> Channel:
    """The way out of that name: short texts are files for a gateway; letters too, while no server is set.

    Raises:
        JobFault: SMTP_URL cannot be used.
    """
    if name != outbox.EMAIL:
        return TextFiles(work.var / "tin-nhan" / name)
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
            way = channel if message.channel == outbox.EMAIL else channel_of(work, message.channel)
            outcome = _deliver(work, way, message)
            counts[outcome.verdict.value if outcome else "cancelled"] += 1
            _check_server(outcome)
            if outcome and outcome.verdict is Verdict.LATER and outcome.code is None:
                break  # nobody answers there: the others need not knock as well
    finally:
        work.on_stop.remove(channel.abort)
    return dict(counts)


def deliver_of(work: Work, kind: str) -> int:
    """Send what is due of one kind; how many were tried. What fails is due again later.

    Raises:
        JobFault: SMTP_URL cannot be used.
    """
    with database.reading() as session:
        if not outbox.is_due(session, kind, clock.now()):
            return 0
    channel, owner, tried = channel_of(work), own_name(), 0
    while True:
        with patient_unit(work.stopping) as session:
            message = outbox.claim(session, owner, clock.now(), kind=kind)
        if message is None:
            return tried
        _deliver(work, channel, message)
        tried += 1


def _check_server(outcome: Outcome | None) -> None:
    if outcome and outcome.verdict is Verdict.OUR_SETTINGS:
        raise JobFault(f"{outcome.code or ''} {outcome.reply}".strip())


def _deliver(work: Work, channel: Channel, message: Claimed) -> Outcome | None:
    """Send one; None when it no longer says anything true."""
    try:
        leaving = ready(work, message)
    except NobodyReads:
        outcome = Outcome(Verdict.NEVER, reply=NOBODY_READS)
        _settle(work, message, outcome)
        return outcome
    except _POISON as error:
        with patient_unit() as session:
            outbox.poison(session, message, reply=f"{type(error).__name__}: {error}", now=clock.now())
        return Outcome(Verdict.NEVER, reply=type(error).__name__)
    if leaving is None:
        with patient_unit() as session:
            outbox.cancel(session, message)
        return None
    _readdress(message, leaving.to)
    outcome = channel.send(leaving.made, lambda: _enter_data(message))
    if message.user_id is None:  # a server's answer repeats the address, which is kept nowhere else
        outcome = replace(outcome, reply=outcome.reply.replace(leaving.to, APPLICANT))
    _settle(work, message, outcome, leaving.to)
    return outcome


def _readdress(message: Claimed, to: str) -> None:
    """Administrators see where a mail goes; an applicant's address and a phone are kept with them alone."""
    if message.user_id is not None and message.channel == outbox.EMAIL and to != message.to_address:
        with patient_unit() as session:
            outbox.readdress(session, message, to)


def _enter_data(message: Claimed) -> bool:
    with patient_unit() as session:
        return outbox.enter_data(session, message)


def _refuses_him(outcome: Outcome) -> bool:
    return refuses_the_address(outcome.code, outcome.reply, after_text=outcome.after_text)


_SETTLE = {
    Verdict.SENT: outbox.mark_sent,
    Verdict.LATER: outbox.postpone,
    Verdict.NEVER: outbox.bury,
    Verdict.OUR_SETTINGS: outbox.put_back,
}


def _settle(work: Work, message: Claimed, outcome: Outcome, to: str = "") -> None:
    """Note what became of it. Under its own lease, whoever schedules now: a letter that left has left."""
    if outcome.verdict is Verdict.LEASE_LOST:
        return
    code, reply, now = outcome.code, outcome.reply, clock.now()
    with patient_unit() as session:
        _SETTLE[outcome.verdict](session, message, code=code, reply=reply, now=now)
        if to and outcome.verdict is Verdict.NEVER and _refuses_him(outcome):
            refusedaddresses.mark(session, to, reply=f"{code} {reply}", now=now, domain=work.mail_domain)
