"""The one blueprint of the reception; its views stand in the modules beside."""

from flask import Blueprint

blueprint = Blueprint("reception", __name__)
