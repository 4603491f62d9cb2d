"""Channels and kinds of applicants are read by number and by name."""

import pytest

from tthc_tracker.domain.exchange import (
    APPLICANT_NUMBER,
    CHANNEL_NUMBER,
    applicant_kind_of,
    channel_of,
    field_name,
)
from tthc_tracker.domain.lifecycle import ApplicantKind, Channel

CHANNELS = {
    "1 is the counter": ("1", Channel.COUNTER),
    "trực tiếp is the counter": ("Trực tiếp", Channel.COUNTER),
    "2 is online": (" 2 ", Channel.ONLINE),
    "trực tuyến is online": ("trực tuyến", Channel.ONLINE),
    "3 is post": ("3", Channel.POST),
    "bưu chính công ích is post": ("BƯU CHÍNH CÔNG ÍCH", Channel.POST),
    "8 is no channel": ("8", None),
    "nothing is no channel": ("", None),
    "two channels at once are none": ("trực tiếp, bưu chính", None),
}


@pytest.mark.parametrize(("text", "channel"), CHANNELS.values(), ids=CHANNELS)
def test_a_channel_is_read(text: str, channel: Channel | None) -> None:
    assert channel_of(text) is channel


KINDS = {
    "1 is a citizen": ("1", ApplicantKind.CITIZEN),
    "doanh nghiệp is a business": ("Doanh nghiệp", ApplicantKind.BUSINESS),
    "cơ quan nhà nước is a state body": ("cơ quan nhà nước", ApplicantKind.STATE_BODY),
    "4 is another organisation": ("4", ApplicantKind.OTHER_ORGANISATION),
    "5 is nobody": ("5", None),
}


@pytest.mark.parametrize(("text", "kind"), KINDS.values(), ids=KINDS)
def test_a_kind_of_applicant_is_read(text: str, kind: ApplicantKind | None) -> None:
    assert applicant_kind_of(text) is kind


def test_what_is_written_out_is_read_back() -> None:
    assert {channel_of(str(number)): number for number in CHANNEL_NUMBER.values()} == CHANNEL_NUMBER
    assert {
        applicant_kind_of(str(number)): number for number in APPLICANT_NUMBER.values()
    } == APPLICANT_NUMBER


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MaHoSo", "MaHoSo"),
        (" mahoso ", "MaHoSo"),
        ("\ufeffMa Ho So", "MaHoSo"),
        (" Cột khác ", "Cột khác"),
    ],
    ids=["as it is", "another case", "a mark of the file's beginning and blanks", "a name of others"],
)
def test_a_column_is_known_however_it_is_written(text: str, name: str) -> None:
    assert field_name(text) == name
