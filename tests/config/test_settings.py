"""Settings: every module imports, production refuses to start half configured, the demonstration stays apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "abcdefgh12345678" * 4,
    "ALLOWED_HOSTS": "sachstand.stadt.example",
    "DATABASE_URL": "postgres://sachstand:geheim@127.0.0.1:5432/sachstand",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://user:geheim@relay.stadt.example:587",
    "DEFAULT_FROM_EMAIL": "sachstand@stadt.example",
    "SITE_URL": "https://sachstand.stadt.example",
}
PRINT_SETTING = "from django.conf import settings; print(getattr(settings, {!r}))"


def python(code: str, settings: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a fresh process that knows ``environment`` and nothing else."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": f"config.settings.{settings}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def printed(code: str, settings: str, **environment: str) -> str:
    done = python(code, settings, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("settings", ["demo", "test"])
def test_a_fresh_clone_starts_without_environment_variables(settings: str) -> None:
    assert printed("import django; django.setup(); print('up')", settings) == "up"


def test_production_starts_with_everything_it_needs() -> None:
    assert printed("import django; django.setup(); print('up')", "production", **COMPLETE) == "up"


@pytest.mark.parametrize("name", COMPLETE)
def test_production_refuses_to_start_without(name: str) -> None:
    environment = {key: value for key, value in COMPLETE.items() if key != name}
    refused = python("import django; django.setup()", "production", **environment)
    assert refused.returncode != 0
    last_line = refused.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last_line
    assert name in last_line


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", "short"), ("ALLOWED_HOSTS", "*"), ("SECRET_KEY", ""), ("FEDERAL_STATE", "Hessen")],
)
def test_production_refuses_unsafe_values(name: str, value: str) -> None:
    refused = python("import django; django.setup()", "production", **(COMPLETE | {name: value}))
    assert refused.returncode != 0
    assert name in refused.stderr.strip().splitlines()[-1]


def test_production_passes_djangos_deployment_check() -> None:
    code = "from django.core.management import execute_from_command_line as run; run(['', 'check', '--deploy'])"
    # The browsers' preload list is the city's decision, not the service's.
    done = python(code, "production", **COMPLETE)
    assert "security.W" not in done.stderr.replace("security.W021", "")


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret_key"
    secret.write_text("s" * 40 + "\n")
    environment = {key: value for key, value in COMPLETE.items() if key != "SECRET_KEY"}
    assert printed(PRINT_SETTING.format("SECRET_KEY"), "production", SECRET_KEY_FILE=str(secret), **environment) == (
        "s" * 40
    )


@pytest.mark.parametrize("url", ["filemail:///srv/mail", "filemail:////srv/mail"])
def test_mail_to_a_file_means_an_absolute_folder(url: str) -> None:
    environment = COMPLETE | {"EMAIL_URL": url}
    assert printed(PRINT_SETTING.format("EMAIL_FILE_PATH"), "production", **environment) == "/srv/mail"


@pytest.mark.parametrize(("https", "redirects"), [("true", "True"), ("false", "False")])
def test_only_a_knowing_trial_goes_without_https(https: str, redirects: str) -> None:
    for setting in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert printed(PRINT_SETTING.format(setting), "production", HTTPS=https, **COMPLETE) == redirects


@pytest.mark.parametrize("settings", ["test", "production"])
def test_the_demonstration_does_not_exist_outside_its_settings(settings: str) -> None:
    code = """
import sys, django
django.setup()
from django.apps import apps
from django.core.management import get_commands
from django.template.loader import get_template
from django.template import TemplateDoesNotExist
from django.urls import Resolver404, get_resolver, resolve
assert not apps.is_installed("config.demo")
assert "demo" not in get_resolver().namespace_dict
for path in ("/demo/", "/demo/post/", "/demo/post/x/", "/demo/spielen/1/"):
    try:
        resolve(path)
    except Resolver404:
        continue
    raise AssertionError(path)
assert not {"demo", "demo_content"} & get_commands().keys()
for name in ("demo/people.html", "demo/post.html", "demo/mail.html"):
    try:
        get_template(name)
    except TemplateDoesNotExist:
        continue
    raise AssertionError(name)
assert not [name for name in sys.modules if name.startswith("config.demo")]
print("absent")
"""
    environment = COMPLETE if settings == "production" else {}
    assert printed(code, settings, **environment) == "absent"
