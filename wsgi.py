"""The WSGI application; `flask` and gunicorn find it here."""

import sys

import config
from tthc_tracker.app import create_app

try:
    app = create_app(config.from_environment())
except config.WrongSettingError as error:
    sys.exit(f"tthc_tracker: {error}")
