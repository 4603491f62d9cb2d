"""The letter that carries a seal of the trail out of the house: nothing in it is personal."""

from collections.abc import Mapping
from typing import Any

from tthc_tracker.channels.mailtext import Letter, template


def write_seal(context: Mapping[str, Any]) -> Letter:
    """The letter; its facts were fixed when the seal was made."""
    subject = f"Niêm phong nhật ký ngày {context['day']}"
    return Letter(
        subject=subject,
        text=template("seal.txt").render(seal=context),
        html=template("seal.html").render(seal=context, subject=subject),
    )
