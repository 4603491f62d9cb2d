"""The forms of signing in and of one's own password."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


class SignInForm(FlaskForm):
    """Name or e-mail address, and password."""

    username = StringField(
        "Tên đăng nhập hoặc thư điện tử",
        validators=[
            InputRequired("Hãy nhập tên đăng nhập."),
            Length(max=254, message="Tên đăng nhập quá dài."),
        ],
    )
    password = PasswordField(
        "Mật khẩu",
        validators=[
            InputRequired("Hãy nhập mật khẩu."),
            Length(max=128, message="Mật khẩu dài nhất 128 ký tự."),
        ],
    )
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    """A new password, typed twice."""

    password = PasswordField("Mật khẩu mới", validators=[InputRequired("Hãy nhập mật khẩu mới.")])
    repeated = PasswordField(
        "Nhập lại mật khẩu mới",
        validators=[
            InputRequired("Hãy nhập lại mật khẩu mới."),
            EqualTo("password", message="Hai lần nhập không giống nhau."),
        ],
    )


class ChangePasswordForm(NewPasswordForm):
    """One's own password, which needs the old one."""

    current = PasswordField("Mật khẩu hiện tại", validators=[InputRequired("Hãy nhập mật khẩu hiện tại.")])
