"""The blueprint that signing in and people hang on."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
