"""What guards every screen: the token of each form, and who is signed in."""

from flask_login import LoginManager
from flask_wtf import CSRFProtect

csrf = CSRFProtect()
login_manager = LoginManager()
# It guards who is signed in by Flask's own session. Ours are by a cookie that only the database knows.
login_manager.session_protection = None
