"""The blueprint that views and editing hang on."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)
