"""The scheduler's program: `flask jobs serve` and `flask serve` start it.

It loads no screen and no Flask, which it would hold for nothing as long as it lives (decision 0077).
"""

import gc
import sys

gc.disable()  # as in wsgi.py

import config  # noqa: E402 (after gc.disable)
from tthc_tracker.jobs import serving  # noqa: E402 (after gc.disable)


def main() -> None:
    """Serve until told to end."""
    try:
        settings = config.from_environment()
    except config.WrongSettingError as error:
        sys.exit(f"tthc_tracker: {error}")
    gc.freeze()
    gc.enable()
    serving.serve(settings)


if __name__ == "__main__":
    main()
