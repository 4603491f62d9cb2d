"""The blueprint of letters that urge."""

from flask import Blueprint

blueprint = Blueprint("urging", __name__, url_prefix="/don-doc")
