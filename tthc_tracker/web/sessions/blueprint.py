"""The blueprint of the session."""

from flask import Blueprint

blueprint = Blueprint("sessions", __name__, url_prefix="/phien-hop")
