"""The letter that tells administrators that scans have stopped, and the one that tells them they are back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tthc_tracker.channels.mailtext import Around, Letter, template
from tthc_tracker.wording.formats import moment
from tthc_tracker.wording.mails import SILENCE_BACK_SUBJECT, SILENCE_SUBJECT


def write_silence(context: Mapping[str, Any], around: Around) -> Letter:
    """The letter."""
    last = dt.datetime.fromisoformat(context["last"])
    back = dt.datetime.fromisoformat(context["back"]) if "back" in context else None
    subject = SILENCE_BACK_SUBJECT.format(moment(back)) if back else SILENCE_SUBJECT.format(moment(last))
    facts = around.facts | {
        "last": last,
        "back": back,
        "subject": subject,
        "url": f"{around.public_url}/van-hanh",
    }
    return Letter(
        subject=subject,
        text=template("silence.txt").render(facts),
        html=template("silence.html").render(facts),
    )
