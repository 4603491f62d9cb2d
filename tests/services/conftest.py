"""An office whose trail is signed. Most files here open one without it, by a fixture of the same name."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.support.alarms import Desk
from tests.support.desk import Office, open_office
from tthc_tracker.extensions import Database
from tthc_tracker.services import trail
from tthc_tracker.services.trailkeys import NAME, Keyring


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / NAME)


@pytest.fixture
def office(database: Database, keyring: Keyring) -> Office:
    with database.transaction() as session:
        trail.begin(session, keyring)  # the shipped catalogue stands there already
        return open_office(session)


@pytest.fixture
def desk(write: Session, office: Office) -> Desk:
    """Puts dossiers into the office of a test that writes in one unit."""
    return Desk(write, office)
