"""Web workers die at any moment of a reception: nothing acknowledged is lost, nothing is there twice."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from tests.chaos import verify
from tests.chaos.doctoring import doctored
from tests.chaos.hammer import Tally, hammer
from tests.support import servers
from tests.support.desk import open_office
from tests.support.moments import at
from tests.support.signedin import sign_in
from tthc_tracker.extensions import Database

pytestmark = pytest.mark.chaos

CLIENTS, WORKERS = 6, 3
NOW = at("Tue 2026-11-24 09:00")
PROCEDURE = "1.004873"


@contextmanager
def desk_under_load(
    database: Database, url: str, var: Path, *, kills: int, longest: float
) -> Iterator[Tally]:
    """Receptions at two desks by six clients while workers are killed; the server is gone afterwards."""
    with database.transaction() as session:
        office = open_office(session)
        people = (office.clerk, office.stranger)
        tokens = [sign_in(session, people[number % 2].user_id, NOW) for number in range(CLIENTS)]
    clock = var / "clock"
    clock.write_text(NOW.isoformat(), encoding="utf-8")
    rng = Random(os.environ.get("TTHC_CHAOS_SEED", "17"))
    with servers.web(url, var, workers=WORKERS, TTHC_TEST_CLOCK=str(clock)) as server:
        tally = hammer(server, tokens, PROCEDURE, kills=kills, longest=longest, rng=rng)
    yield tally


def assert_nothing_lost(database: Database, tally: Tally, *, kills: int, receptions: int) -> None:
    """The run did what it was to do, and the database holds what it acknowledged."""
    assert not tally.refused, tally.refused[0]
    assert tally.kills >= kills, f"only {tally.kills} kills"
    assert tally.kills_in_flight >= kills // 2, f"only {tally.kills_in_flight} kills hit a request"
    assert tally.unknown > 0, "no request was cut off: the kills proved nothing"
    assert len(tally.acked) >= receptions, f"only {len(tally.acked)} receptions"
    assert verify.receptions(database.engine, tally.acked) == []


@pytest.mark.long
def test_no_reception_is_lost_or_doubled_when_workers_are_killed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    with desk_under_load(database, database_url, tmp_path, kills=25, longest=60) as tally:
        assert_nothing_lost(database, tally, kills=25, receptions=100)
        assert_the_oracle_sees(database, database_url, tally)


@pytest.mark.evidence
def test_no_reception_is_lost_or_doubled_by_hundreds_of_kills(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    kills = int(os.environ.get("TTHC_CHAOS_KILLS", "250"))
    with desk_under_load(database, database_url, tmp_path, kills=kills, longest=kills * 3) as tally:
        assert_nothing_lost(database, tally, kills=kills, receptions=kills * 4)
        print(f"\n{len(tally.acked)} receptions, {tally.kills} kills, {tally.kills_in_flight} in flight, "
              f"{tally.unknown} answers cut off")  # fmt: skip


def assert_the_oracle_sees(database: Database, url: str, tally: Tally) -> None:
    """The negative control: what the kills must never do is done by hand, and the same check names it."""
    key, code = next(iter(tally.acked.items()))
    other = list(tally.acked.values())[-1]
    assert other != code
    lost = verify.receptions(database.engine, tally.acked | {"0" * 32: "H50.19000-261124-9999"})
    assert [fault[:2] for fault in lost] == ["I1", "I1"], "an acknowledgement without a dossier went unseen"
    faults = {
        "I1": f"DELETE FROM dossier WHERE code = '{code}'",
        "I2": f"UPDATE dossier SET code = '{code}' WHERE code = '{other}'",
        "I3": f"DELETE FROM dossier_code WHERE code = '{code}'",
        "I4": f"UPDATE dossier SET accepted_on = '2026-11-23' WHERE code = '{code}'",
        "I5": f"UPDATE submission SET result = '{other}' WHERE key = '{key}'",
        "I6": "DELETE FROM dossier_event WHERE dossier_id = "
        f"(SELECT dossier_id FROM dossier_code WHERE code = '{code}')",
        "I7": f"UPDATE dossier SET state = 'returned' WHERE code = '{code}'",
    }  # fmt: skip
    for invariant, statement in faults.items():
        with doctored(url, statement):
            named = {fault[:2] for fault in verify.receptions(database.engine, tally.acked)}
        assert invariant in named, f"{invariant} did not see: {statement}"
    assert verify.receptions(database.engine, tally.acked) == []
