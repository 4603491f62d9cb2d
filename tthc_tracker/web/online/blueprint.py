"""The blueprint of the online queue."""

from flask import Blueprint

blueprint = Blueprint("online", __name__)
