"""From the content of a weekly summary to its words."""

from decimal import Decimal
from urllib.parse import urlencode

from tthc_tracker.channels.mailtext import PICTURE, Around, Letter, template
from tthc_tracker.domain.performance import FEWEST_TO_RANK
from tthc_tracker.queries.weeklysummary import WeeklySummary
from tthc_tracker.wording import weekly as words


def write_summary(mail: WeeklySummary, around: Around, *, picture: bytes = b"") -> Letter:
    """The letter; without a picture it says the same."""
    asked = {"period": mail.week.key, "by": "agency", "agency": mail.agency_code}
    subject = words.subject(mail)
    facts = around.facts | {
        "mail": mail,
        "subject": subject,
        "words": words,
        "fewest": FEWEST_TO_RANK,
        "picture": f"cid:{PICTURE}" if picture else "",
        "told": words.weeks_in_words(mail.weeks),
        "summary_url": f"{around.public_url}/tong-hop?{urlencode(asked)}",
    }
    return Letter(
        subject=subject,
        text=template("weekly.txt").render(facts),
        html=template("weekly.html").render(facts),
        picture=picture,
    )


def bars_of(mail: WeeklySummary) -> tuple[list[tuple[str, Decimal | None, int]], Decimal]:
    """What the picture shows, and the target."""
    return [(words.short_week(one.week), one.rate.percent, one.rate.den) for one in mail.weeks], mail.target
