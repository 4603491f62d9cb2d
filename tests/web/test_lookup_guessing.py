"""Thousands of guesses from many addresses: nothing is disclosed, and nothing tells that a code exists.

The short run goes through the application, the long one (`make evidence`) through a server that sees real
source addresses. Times are printed and never asserted; pages and statements are compared.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.databases import migrated
from tests.support.desk import new_key, open_office
from tests.support.guesses import Guess, Guesser, address, chance_of_being_longer, same_page, spread
from tests.support.moments import at
from tests.support.servers import web
from tthc_tracker import clock
from tthc_tracker.domain.receptionfacts import Party, ReceptionFacts
from tthc_tracker.extensions import Database, database
from tthc_tracker.services import reception
from tthc_tracker.services.reception import ReceiveDossier

if TYPE_CHECKING:
    from flask import Flask

NOW = at("Tue 2026-11-17 09:10")
RECEIVED = at("Mon 2026-11-16 09:00")
THERE = 40  # dossiers, H50.19000-261116-0001 and on
MANY = 1_000
ROUNDS, A_ROUND = 50, 200
ENDING = "{:06}".format


def fill(bound: Database, many: int = THERE) -> list[str]:
    """The codes of the dossiers; the last six digits of the n-th are n × 7919."""
    with bound.transaction() as session:
        office = open_office(session)
        made = []
        for number in range(1, many + 1):
            person = Party("Nguyễn Văn An", id_number=f"044090{right(number)}")
            command = ReceiveDossier(new_key(), office.ward, ReceptionFacts("1.004873", person), RECEIVED)
            made.append(reception.receive(session, command, actor=office.clerk, now=RECEIVED).code)
        return made


def code(number: int) -> str:
    return f"H50.19000-261116-{number:04}"


def right(number: int) -> str:
    return ENDING(number * 7919 % 10**6)


def spraying(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Codes in their order, those that exist too, each with a number drawn; every 50th time the right one.

    Somebody who has drawn the right number must not learn it while the door is closed.
    """
    draw = random.Random(seed)
    for turn in range(count):
        number = turn % (2 * THERE) + 1
        wrong = ENDING(draw.randrange(10**6))
        lucky = turn >= 6 * THERE and turn % 50 == 0 and number <= THERE
        yield code(number), right(number) if lucky else wrong


def test_a_few_hundred_guesses_disclose_nothing(app: "Flask", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert fill(database)[-1] == code(THERE)
    client = app.test_client()

    def guess(where: str, asked: str, number: str) -> Guess:
        answer = client.post(
            "/tra-cuu",
            data={"code": asked, "number": number},
            base_url="https://localhost",
            environ_base={"REMOTE_ADDR": where},
            headers={"X-Forwarded-For": f"198.51.100.{random.randrange(250)}"},
        )
        return Guess(asked, answer.status_code, same_page(answer.text, asked, number), 0.0)

    assert guess(address(999), code(1), right(1)).status == 200, "the right number would be seen"
    guesses = [guess(address(turn % 40), *asked) for turn, asked in enumerate(spraying(7 * THERE, seed=1))]
    answers = Counter(one.status for one in guesses)
    assert set(answers) == {422, 429}
    assert answers[422] == 200, "looked at until everybody's limit, then refused"
    assert len({one.body for one in guesses if one.status == 422}) == 1, "one page for all of them"
    assert guess(address(1), code(3), right(3)).status == 429, (
        "whoever guessed learns nothing, right or wrong"
    )
    assert guess(address(998), code(2), right(2)).status == 200, "whoever did not is told"


@dataclass(frozen=True)
class Site:
    """A server of two processes, and the file that is its clock."""

    url: str
    hands: Path

    def set(self, moment: dt.datetime) -> None:
        """Move its clock."""
        self.hands.write_text(moment.isoformat())


@pytest.fixture
def site_to_guess_at(engine_kind: str, tmp_path: Path) -> Iterator[Site]:
    hands = tmp_path / "clock"
    hands.write_text(NOW.isoformat())
    with migrated(engine_kind, tmp_path) as url:
        database.bind(url)
        try:
            fill(database, MANY)
        finally:
            database.dispose()
        with web(url, tmp_path, TTHC_TEST_CLOCK=str(hands)) as server:
            yield Site(server.url, hands)


@pytest.mark.evidence
def test_ten_thousand_guesses_from_two_hundred_networks_disclose_nothing(site_to_guess_at: Site) -> None:
    site = site_to_guess_at
    owner = Guesser(site.url, address(900))
    assert owner.guesses(code(1), right(1)).status == 200
    guessers = [Guesser(site.url, address(number)) for number in range(200)]
    lie = {"X-Forwarded-For": "198.51.100.9"}
    guesses = [
        guessers[turn % 200].guesses(*asked, **lie) for turn, asked in enumerate(spraying(10_000, seed=2))
    ]
    answers = Counter(one.status for one in guesses)
    refused = [one.seconds for one in guesses if one.status == 429]
    print(f"\n10,000 guesses: {dict(answers)}; a refusal: {spread(refused)}")
    assert answers == {422: 200, 429: 9_800}
    assert len({one.body for one in guesses if one.status == 422}) == 1
    assert guessers[0].guesses(code(2), right(2)).status == 429
    assert owner.guesses(code(2), right(2)).status == 200, "who types right the first time is told meanwhile"
    site.set(NOW + dt.timedelta(minutes=12))
    assert owner.guesses(code(40), right(40)).status == 200, "open again by itself"


@pytest.mark.evidence
def test_an_unknown_code_and_a_wrong_number_take_the_same_time(site_to_guess_at: Site) -> None:
    """10,000 guesses that are looked at: the clock moves on whenever everybody's limit is reached."""
    site, draw = site_to_guess_at, random.Random(3)
    lots: dict[str, list[float]] = {"unknown": [], "wrong": [], "malformed": []}
    bodies: dict[str, set[str]] = {"unknown": set(), "wrong": set()}
    guessers = [Guesser(site.url, address(number)) for number in range(A_ROUND)]
    first = {"wrong": 1, "unknown": 5_001}  # a thousand codes of each kind, each asked for five times
    for turn in range(ROUNDS):
        site.set(NOW + (turn + 1) * dt.timedelta(minutes=12))
        kinds = ["unknown", "wrong"] * (A_ROUND // 2)
        draw.shuffle(kinds)
        for guesser, kind in zip(guessers, kinds, strict=True):
            asked = code(first[kind] + len(lots[kind]) % MANY)
            made = guesser.guesses(asked, ENDING(draw.randrange(10**6)))
            assert made.status == 422, made
            lots[kind].append(made.seconds)
            bodies[kind].add(made.body)
        lots["malformed"] += [guessers[0].guesses(code(1), "1").seconds for _ in range(20)]
    chance = chance_of_being_longer(lots["wrong"], lots["unknown"])
    print(f"\nunknown code: {len(lots['unknown'])}, {spread(lots['unknown'])}")
    print(f"wrong number: {len(lots['wrong'])}, {spread(lots['wrong'])}")
    print(f"chance that a wrong number takes longer: {chance:.3f} (0.5: cannot be told apart)")
    control = chance_of_being_longer(lots["malformed"], lots["unknown"])
    print(f"control, a form that is refused unlooked at: {control:.3f}")
    assert bodies["unknown"] == bodies["wrong"]
    assert len(bodies["wrong"]) == 1
