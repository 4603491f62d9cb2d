"""The blueprint of the close of a day."""

from flask import Blueprint

blueprint = Blueprint("closing", __name__, url_prefix="/chot-ngay")
