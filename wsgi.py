"""The WSGI application; `flask` and gunicorn find it here."""

import gc
import sys

# Nothing that is being loaded is garbage: looking for it meanwhile was a third of the start.
gc.disable()

import config  # noqa: E402 (after gc.disable)
from tthc_tracker.app import create_app  # noqa: E402 (after gc.disable)

try:
    app = create_app(config.from_environment())
except config.WrongSettingError as error:
    sys.exit(f"tthc_tracker: {error}")

# What stands now stands until the end, in the processes forked from this one too: no collection visits it,
# nor copies its pages.
gc.freeze()
gc.enable()
