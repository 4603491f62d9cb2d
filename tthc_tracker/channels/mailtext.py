"""From the content of a mail to its words: subject, text and HTML, each complete without the other."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from tthc_tracker.domain.alerting import Severity
from tthc_tracker.queries.alertmail import AlertMail, MailLine
from tthc_tracker.wording import alerts as words
from tthc_tracker.wording.formats import FILTERS, day
from tthc_tracker.wording.labels import label

_TONES = {
    Severity.CRITICAL: "#9b1c1c",
    Severity.SERIOUS: "#9b1c1c",
    Severity.WARNING: "#8a5a00",
    Severity.NOTICE: "#1f4e79",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(FILTERS)
_templates.filters["label"] = label


def template(name: str) -> Template:
    """A template of letters by its file."""
    return _templates.get_template(name)


@dataclass(frozen=True)
class Letter:
    """What is said, whatever way it goes."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Entry:
    """A line with what the templates need of it."""

    line: MailLine
    url: str
    late: str
    tone: str


def write_letter(mail: AlertMail, *, public_url: str) -> Letter:
    """The letter of a digest or of a mail at once; every link begins with `public_url`."""
    facts = {
        "mail": mail,
        "new": [_entry(line, public_url, mail.now) for line in mail.new],
        "others": [_entry(line, public_url, mail.now) for line in mail.others],
        "counted": words.counted(mail.counts),
        "alerts_url": f"{public_url}/canh-bao",
    }
    subject = _subject(mail)
    return Letter(
        subject=subject,
        text=template("alerts.txt").render(facts),
        html=template("alerts.html").render(facts, subject=subject),
    )


def _subject(mail: AlertMail) -> str:
    if mail.kind == "digest":
        return words.digest_subject(mail.counts, day(mail.now))
    return words.at_once_subject(mail.counts, next((line.code for line in mail.new if line.code), ""))


def _entry(line: MailLine, public_url: str, now: dt.datetime) -> Entry:
    where = f"/ho-so/{quote(line.code, safe='')}" if line.code else "/giam-sat/qua-han"
    late = words.lateness(line, now.date(), line.minutes_late)
    return Entry(line, public_url + where, late, _TONES[line.severity])
