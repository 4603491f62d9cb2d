"""The blueprint that the modules of this package put their views on."""

from flask import Blueprint

blueprint = Blueprint("fieldreports", __name__, url_prefix="/phan-anh")
