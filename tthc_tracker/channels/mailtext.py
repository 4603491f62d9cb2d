"""From the content of a mail to its words: subject, text and HTML, each complete without the other."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from tthc_tracker.domain.alerting import Severity
from tthc_tracker.queries.alertmail import AlertMail, MailLine, Part
from tthc_tracker.queries.risks import RiskRow
from tthc_tracker.queries.unitload import FLOW, Overview, UnitLine
from tthc_tracker.wording import alertmails as subjects
from tthc_tracker.wording import alerts as words
from tthc_tracker.wording import risklists
from tthc_tracker.wording.formats import FILTERS, day
from tthc_tracker.wording.labels import label

_TONES = {
    Severity.CRITICAL: "#9b1c1c",
    Severity.SERIOUS: "#9b1c1c",
    Severity.WARNING: "#8a5a00",
    Severity.NOTICE: "#1f4e79",
}

LISTS = {
    "overdue": "/giam-sat/qua-han",
    "new": "/giam-sat/qua-han",
    "late_reception": "/giam-sat/cham-tiep-nhan",
    "today": "/giam-sat/hen-tra-ngay",
    "next_day": "/giam-sat/hen-tra-ngay",
    "apologies": "/giam-sat/xin-loi",
}
"""Behind which address each number of the table by unit is listed, in the order of its columns."""
SUMS_LISTED = ("overdue", "today", "next_day", "apologies")
"""The numbers whose sums the sentence above the table says."""
FLOW_LISTED = "/tong-hop/ho-so"

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(FILTERS)
_templates.filters["label"] = label
_templates.globals["instead_of"] = _templates.globals["fewer_url"] = ""  # letters that know neither

PICTURE = "bieu-do@tthc"
"""By which name the HTML of a letter shows the picture that comes with it."""


def template(name: str) -> Template:
    """A template of letters by its file."""
    return _templates.get_template(name)


@dataclass(frozen=True)
class Letter:
    """What is said, whatever way it goes."""

    subject: str
    text: str
    html: str
    picture: bytes = b""  # PNG; the letter says all of it in words as well


@dataclass(frozen=True)
class Around:
    """What stands around a letter: where links lead, whose mail it is, how to get fewer of it.

    instead_of: the person whose address is refused, when somebody else reads his mail. mail_id: its number in
    the outbox, by which the alerts that it counts are listed.
    """

    public_url: str
    instead_of: str = ""
    fewer_url: str = ""
    mail_id: int = 0

    @property
    def facts(self) -> dict[str, str]:
        """What every template may name."""
        return {"instead_of": self.instead_of, "fewer_url": self.fewer_url}

    @property
    def lists_its_alerts(self) -> bool:
        """Whether its reader finds them behind his own bell: not who reads it in somebody's place."""
        return bool(self.mail_id) and not self.instead_of

    def alerts_url(self, **narrowed: str) -> str:
        """Where the alerts are listed that the mail counts, or some of them."""
        asked = {"mail": str(self.mail_id)} | narrowed if self.lists_its_alerts else {}
        return f"{self.public_url}/canh-bao{'?' if asked else ''}{urlencode(asked)}"


@dataclass(frozen=True)
class Entry:
    """A line with what the templates need of it. answer_url: where its alert is answered."""

    line: MailLine
    url: str
    answer_url: str
    late: str
    tone: str


def write_letter(mail: AlertMail, around: Around) -> Letter:
    """The letter of a digest or of a mail at once."""
    public_url, table = around.public_url, mail.overview
    facts = around.facts | {
        "mail": mail,
        "new": [_entry(line, public_url, mail.now) for line in mail.new],
        "others": [_entry(line, public_url, mail.now) for line in mail.others],
        "counted": _counted(mail, around),
        "alerts_url": around.alerts_url(),
        "parts": {part: around.alerts_url(part=part.value) for part in Part if around.lists_its_alerts},
        "unit_numbers": subjects.unit_numbers,
        "at_risk": [_risk(row, public_url) for row in mail.at_risk.rows] if mail.at_risk else [],
        "at_risk_url": f"{public_url}/giam-sat/nguy-co",
        "units": [(line, _lists_of(table, line, public_url)) for line in table.lines] if table else [],
        "flow": _flow_of(table, public_url) if table else {},
        "sums": _sums_of(table, public_url) if table else {},
        "numbers": subjects.UNIT_NUMBERS,
    }
    subject = _subject(mail)
    return Letter(
        subject=subject,
        text=template("alerts.txt").render(facts),
        html=template("alerts.html").render(facts, subject=subject),
    )


def _counted(mail: AlertMail, around: Around) -> list[tuple[str, str]]:
    """How many of what, each with where exactly these are listed; no address where there is none."""
    return [
        (said, around.alerts_url(rule=rule.value) if around.lists_its_alerts else "")
        for rule, said in words.counted_by_rule(mail.counts).items()
    ]


def _risk(row: RiskRow, public_url: str) -> dict[str, Any]:
    """A dossier that is likely to be late, with the numbers that say so."""
    said = risklists.in_a_sentence(row)
    return {"row": row, "said": said, "url": f"{public_url}/ho-so/{quote(row.code, safe='')}"}


def _lists_of(overview: Overview, line: UnitLine, public_url: str) -> dict[str, str]:
    """Where exactly what a unit's numbers count is listed, by number; of those that count anything."""
    found = {number: overview.behind(line, number) for number in LISTS}
    return {
        number: f"{public_url}{LISTS[number]}?{urlencode(asked)}" for number, asked in found.items() if asked
    }


def _sums_of(overview: Overview, public_url: str) -> dict[str, str]:
    """Where exactly what a sum counts is listed, by number."""
    found = {number: overview.behind_sum(number) for number in SUMS_LISTED}
    return {
        number: f"{public_url}{LISTS[number]}?{urlencode(asked)}" for number, asked in found.items() if asked
    }


def _flow_of(overview: Overview, public_url: str) -> dict[str, str]:
    """Where what was received and resolved is listed."""
    if overview.flow is None:
        return {}
    cells = zip(("received", "resolved"), FLOW, strict=True)
    return {
        number: f"{public_url}{FLOW_LISTED}?{urlencode(overview.flow | {'cell': cell.value})}"
        for number, cell in cells
        if getattr(overview, number)
    }


def _days_late(mail: AlertMail, oldest: dt.datetime | None) -> int | None:
    return (mail.now.date() - oldest.date()).days if oldest else None


def _subject(mail: AlertMail) -> str:
    if mail.kind == "digest":
        table = mail.overview
        if table and table.late:
            days = _days_late(mail, table.oldest)
            return subjects.overview_subject(table.sums, table.late_units, days, day(mail.now))
        return subjects.digest_subject(mail.counts, day(mail.now), _days_late(mail, mail.oldest))
    return subjects.at_once_subject(
        mail.counts,
        next((code for line in mail.new if (code := line.code or line.report_code)), ""),
    )


def _entry(line: MailLine, public_url: str, now: dt.datetime) -> Entry:
    late = words.lateness(line, now.date(), line.minutes_late)
    answer = f"/canh-bao/{line.alert_id}"
    where = _where(line) or answer
    return Entry(line, public_url + where, public_url + answer, late, _TONES[line.severity])


def _where(line: MailLine) -> str:
    """What an alert speaks of; '' of what only the alert's own page leads to."""
    if line.code:
        return f"/ho-so/{quote(line.code, safe='')}"
    if line.report_code:
        return f"/phan-anh/{quote(line.report_code, safe='')}"
    return f"{LISTS['overdue']}?{urlencode(line.overdue_there)}" if line.overdue_there else ""
