"""What several tests of the screens share: a house with the register laid, once a module and database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import screens
from tests.support.databases import ENGINES
from tests.support.register import Register, lay_register
from tthc_tracker.extensions import database


@pytest.fixture(scope="module", params=ENGINES)
def laid(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Register]]:
    with screens.house(request.param, tmp_path_factory.mktemp("house")) as app:
        with database.transaction() as session:
            register = lay_register(session)
        yield app, register


@pytest.fixture
def register(laid: tuple[Flask, Register]) -> Register:
    return laid[1]
