"""The blueprint of what is held on one person."""

from flask import Blueprint

blueprint = Blueprint("personaldata", __name__, url_prefix="/du-lieu-ca-nhan")
