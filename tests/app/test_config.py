"""A wrong setting stops the start with one line that names it."""

import stat
from pathlib import Path

import pytest

import config


def settings(folder: Path, **environ: str) -> config.Settings:
    return config.from_environment({"TTHC_VAR": str(folder), **environ})


def test_without_any_setting_it_serves_the_demo_on_loopback_from_a_file(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert (made.host, made.port, made.demo, made.smtp_url) == ("127.0.0.1", 8000, True, "")
    assert made.database_url == f"sqlite:///{tmp_path / 'tthc.sqlite'}"
    assert made.secure_cookies


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_the_demo_is_not_served_to_a_network_unasked(tmp_path: Path) -> None:
    assert not settings(tmp_path, HOST="0.0.0.0").demo
    assert settings(tmp_path, HOST="0.0.0.0", TTHC_DEMO="1").demo


def test_cookies_for_a_plain_network_are_not_marked_secure(tmp_path: Path) -> None:
    assert not settings(tmp_path, HOST="192.0.2.7").secure_cookies
    assert settings(tmp_path, HOST="192.0.2.7", PUBLIC_URL="https://tthc.example.vn/").secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("PORT", "80a", id="a port that is no number"),
        pytest.param("PORT", "70000", id="a port out of range"),
        pytest.param("DATABASE_URL", "mysql://x", id="another database"),
        pytest.param("DATABASE_URL", "sqlite:///:memory:", id="a database that forgets"),
        pytest.param("DATABASE_URL", "postgresql+psycopg://u@h:port/d", id="a database at a port in words"),
        pytest.param("TTHC_DEMO", "yes", id="demo in words"),
        pytest.param("SMTP_URL", "localhost:25", id="mail without a scheme"),
        pytest.param("SMTP_URL", "smtp://mail.example.vn:99999", id="mail to a port out of range"),
        pytest.param("SMTP_URL", "smtp://mail.example.vn:25?tls=ssl", id="mail with unknown encryption"),
        pytest.param("SMTP_URL", "smtp://[::1", id="mail to a bracket left open"),
        pytest.param("MAIL_FROM", "văn thư", id="a sender without an address"),
        pytest.param("MAIL_FROM", "Tthc <tthc@example.vn>", id="a sender with a name besides"),
        pytest.param("PUBLIC_URL", "https://[::1", id="an address with a bracket left open"),
        pytest.param("PUBLIC_URL", "tthc.example.vn", id="an address without a scheme"),
        pytest.param("PUBLIC_URL", "https://tthc.example.vn:x", id="an address with a port in words"),
        pytest.param("TTHC_SECRET_KEY", "short", id="a short secret"),
        pytest.param("TRUSTED_PROXIES", "proxy.local", id="a proxy by name"),
        pytest.param("WEB_WORKERS", "0", id="no worker"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(config.WrongSettingError, match=name):
        settings(tmp_path, **{name: value})


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(config.WrongSettingError, match="TTHC_VAR"):
        settings(tmp_path / "file" / "var")
