"""The place that an agency's papers are dated from."""

import re

_PLACE = re.compile(
    r".*\b(?:tỉnh|thành phố|huyện|thị xã|thị trấn|phường|xã|đặc khu)\s+(?P<place>\S.*)\Z", re.IGNORECASE
)


def place_of(agency: str) -> str:
    """The place an agency's papers are dated from: "Ủy ban nhân dân phường Đông Hà" → "Đông Hà"."""
    found = _PLACE.match(agency)
    return found["place"] if found else ""
