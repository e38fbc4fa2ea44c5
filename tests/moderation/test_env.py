"""The environment: what can't be used is named, all of it at once, and nothing secret is shown."""

import subprocess
import sys
import traceback

import pytest

from moderation import env
from moderation.launcher.bootstrap import ROOT

GOOD = {"DATABASE_URL": "postgres://u:hidden@h/d", "REDIS_URL": "redis://h", "CASELOAD_SECRET_KEY": "hidden too"}


@pytest.fixture
def _good(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_good")
def test_every_bad_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASELOAD_SECRET_KEY")
    monkeypatch.setenv("DATABASE_URL", "mysql://u:hidden@h/d")
    monkeypatch.setenv("CASELOAD_HTTPS", "flase")
    with pytest.raises(env.BadEnvironment) as refused:
        env.read()
    assert str(refused.value) == (
        "These settings can't be used: DATABASE_URL must start with postgres:// (Caseload runs on PostgreSQL alone);"
        " CASELOAD_SECRET_KEY is not set; CASELOAD_HTTPS should be a valid boolean, unable to interpret input."
        " docs/settings.md tells each."
    )


@pytest.mark.usefixtures("_good")
def test_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELOAD_HTTPS", "flase")
    with pytest.raises(env.BadEnvironment) as refused:
        env.read()
    assert "hidden" not in "".join(traceback.format_exception(refused.value))


def test_a_command_refuses_in_one_sentence() -> None:
    code = "import sys; from moderation.launcher.cli import main; sys.exit(main(['manage.py', 'doctor']))"
    refused = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=GOOD | {"CASELOAD_SECRET_KEY": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert refused.stderr.startswith("These settings can't be used: CASELOAD_SECRET_KEY ")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.usefixtures("_good")
def test_a_mail_url_says_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELOAD_MAIL_URL", "smtp://someone:p%40ss@mail.example:2525")
    monkeypatch.setenv("CASELOAD_DUTY_CONTACTS", "a@example.org, b@example.org")
    read = env.read()
    assert read.duty_contacts == ["a@example.org", "b@example.org"]
    assert read.mail() == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "HOST": "mail.example",
        "PORT": 2525,
        "HOST_USER": "someone",
        "HOST_PASSWORD": "p@ss",
        "USE_SSL": False,
        "USE_TLS": True,
    }


@pytest.mark.usefixtures("_good")
@pytest.mark.parametrize(
    ("contacts", "url", "fault"),
    [
        ("a@example.org", "", "CASELOAD_DUTY_CONTACTS needs CASELOAD_MAIL_URL, too: without it nothing is mailed"),
        ("nobody", "smtp://h", "CASELOAD_DUTY_CONTACTS must be e-mail addresses, comma-separated"),
        ("", "http://h", "CASELOAD_MAIL_URL must start with smtp:// or smtps:// and name a host"),
    ],
)
def test_a_contact_that_cannot_be_mailed_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, contacts: str, url: str, fault: str
) -> None:
    monkeypatch.setenv("CASELOAD_DUTY_CONTACTS", contacts)
    monkeypatch.setenv("CASELOAD_MAIL_URL", url)
    with pytest.raises(env.BadEnvironment, match=fault):
        env.read()
