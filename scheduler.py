"""The scheduler's program: `flask jobs serve` and `flask serve` start it.

It loads no screen and no Flask, which it would hold for nothing as long as it lives (decision 0077).
"""

import gc
import sys

gc.disable()  # as in wsgi.py

import config  # noqa: E402 (after gc.disable)
from tthc_tracker import memory  # noqa: E402 (after gc.disable)
from tthc_tracker.extensions import database  # noqa: E402 (after gc.disable)
from tthc_tracker.jobs.serving import Service  # noqa: E402 (after gc.disable)
from tthc_tracker.jobs.work import work_of  # noqa: E402 (after gc.disable)
from tthc_tracker.logs import configure_logging  # noqa: E402 (after gc.disable)
from tthc_tracker.services.trailkeys import NAME, Keyring  # noqa: E402 (after gc.disable)

CACHE = 1000  # a lane has a connection, and most are asked a few rows every some seconds


def main() -> None:
    """Serve until told to end."""
    memory.share_heaps(1)  # threads wait for the database, not for each other's heap
    try:
        settings = config.from_environment()
    except config.WrongSettingError as error:
        sys.exit(f"tthc_tracker: {error}")
    configure_logging()
    database.bind(settings.database_url, keyring=Keyring(settings.var / NAME), cache=CACHE)
    gc.freeze()
    gc.enable()
    Service(work_of(settings)).serve()


if __name__ == "__main__":
    main()
