"""A page comes whole, from where it was asked, within its time and size; or nothing of it is taken."""

from collections.abc import Iterator

import pytest

from tests.support import portal as stand_in
from tests.support.portal import TOKEN, Portal
from tests.support.wire import dossier
from tthc_tracker.channels import pulling
from tthc_tracker.channels.calling import NO_NAME, NOT_ALLOWED, SILENCE
from tthc_tracker.channels.pulling import Place, PullFailed, fetch
from tthc_tracker.domain.webhooks import Allowed

HERE = Allowed.of(["127.0.0.0/8"])


@pytest.fixture(scope="module")
def opened() -> Iterator[Portal]:
    with stand_in.opened() as portal:
        yield portal


@pytest.fixture
def portal(opened: Portal) -> Portal:
    opened.dossiers, opened.moods, opened.asked = [dossier()], [], []
    return opened


def at(portal: Portal) -> Place:
    return Place(f"{portal.url}/ho-so", TOKEN)


@pytest.mark.parametrize("mood", ["fine", "packed"])
def test_a_page_comes_with_the_token_in_a_header(portal: Portal, mood: str) -> None:
    portal.moods = [mood]
    assert fetch(at(portal), "0", HERE) == portal.body("0")
    [(path, headers)] = portal.asked
    assert path == "/ho-so?changed_since=0&limit=200"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in repr(at(portal))


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        pytest.param("down", pulling.NOT_ANSWERED.format(code=500), id="an error over there"),
        pytest.param("elsewhere", pulling.REDIRECTED, id="a redirect is not followed"),
        pytest.param("claims", pulling.CUT_OFF, id="fewer bytes than it says"),
        pytest.param("bomb", pulling.TOO_LARGE, id="gzip that unfolds without end"),
    ],
)
def test_what_does_not_come_whole_is_said(portal: Portal, mood: str, why: str) -> None:
    portal.moods = [mood]
    with pytest.raises(PullFailed, match=f"^{why[:40]}".replace("(", r"\(")):
        fetch(at(portal), "0", HERE)
    assert len(portal.asked) == 1


def test_another_token_is_told_from_another_fault(portal: Portal) -> None:
    with pytest.raises(PullFailed, match="401"):
        fetch(Place(portal.url, "khac"), "0", HERE)


def test_how_long_the_other_side_wants_to_rest_is_heard(portal: Portal) -> None:
    portal.moods = ["busy"]
    with pytest.raises(PullFailed) as failed:
        fetch(at(portal), "0", HERE)
    assert failed.value.rest == 7200


def test_a_page_larger_than_a_page_is_not_read_on(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "MOST_BYTES", 100)
    with pytest.raises(PullFailed, match="lớn quá"):
        fetch(at(portal), "0", HERE)


def test_a_portal_that_drips_is_hung_up_on(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "LONGEST", 0.3)
    portal.moods = ["slow"]
    assert not fetch(at(portal), "0", HERE).strip()  # what came by then is no page


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("{here}", NOT_ALLOWED, id="a network that nobody named"),
        pytest.param("https://khong-co.invalid/", NO_NAME, id="a name that leads nowhere"),
    ],
)
def test_no_call_is_made_to_where_none_may_be(portal: Portal, url: str, why: str) -> None:
    with pytest.raises(PullFailed) as failed:
        fetch(Place(url.format(here=portal.url), TOKEN), "", Allowed())
    assert (str(failed.value), portal.asked) == (why, [])


def test_a_portal_where_nobody_answers_is_silent() -> None:
    with pytest.raises(PullFailed, match=SILENCE):
        fetch(Place("http://127.0.0.1:9/", TOKEN), "", HERE)
