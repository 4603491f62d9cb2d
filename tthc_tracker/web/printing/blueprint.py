"""The blueprint of this package."""

from flask import Blueprint

blueprint = Blueprint("printing", __name__)
