"""The blueprint of the indicators."""

from flask import Blueprint

blueprint = Blueprint("indicators", __name__, url_prefix="/chi-tieu")
