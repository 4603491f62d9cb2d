"""The blueprint that the screens of the summary share."""

from flask import Blueprint

from tthc_tracker.charts.canvas import keep_fonts_in

blueprint = Blueprint("reports", __name__)
blueprint.record_once(lambda state: keep_fonts_in(state.app.config["SETTINGS"].var / "matplotlib"))
