"""A wrong setting is named, every setting is documented, and nothing secret is fixed."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.services_for_tests import ROOT, clean_environment
from tpm import environment

BUILT_INTO_COMPOSE = {"TPM_VERSION", "TPM_PUBLISH"}


def load(tmp_path, show: str = "''", **values: str) -> subprocess.CompletedProcess:
    """Import the settings in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", f"from tpm import settings; print({show})"],
        cwd=ROOT,
        env=clean_environment(TPM_DATA_DIR=str(tmp_path / "data"), **values),
        capture_output=True,
        text=True,
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TPM_DEBUG", "maybe"),
        ("TPM_PUBLIC_URL", "plan.example.org"),
        ("TPM_SECRET_KEY", "short"),
        ("TPM_TIME_ZONE", "Mars/Olympus"),
        ("TPM_LOG_LEVEL", "loud"),
        ("TPM_WORKER_CONCURRENCY", "0"),
        ("DATABASE_URL", "mysql://a:b@c/d"),
        ("DATABASE_URL", "nonsense"),
        ("BROKER_URL", "amqp://host"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(tmp_path, name, value):
    result = load(tmp_path, **{name: value})
    assert result.returncode == 1
    assert f"ImproperlyConfigured: {name} " in result.stderr.splitlines()[-1]


@pytest.mark.thorough
def test_a_password_in_a_wrong_address_is_not_repeated(tmp_path):
    result = load(tmp_path, DATABASE_URL="mysql://ada:hunter2@host/name")
    assert "hunter2" not in result.stderr


@pytest.mark.thorough
def test_the_password_comes_from_a_file_where_the_address_has_none(tmp_path):
    (tmp_path / "password").write_text("from-file\n")
    given = {"DATABASE_PASSWORD_FILE": str(tmp_path / "password")}
    show = "settings.DATABASES['default']['PASSWORD']"
    assert load(tmp_path, show, DATABASE_URL="postgresql://u@h/n", **given).stdout == "from-file\n"
    assert load(tmp_path, show, DATABASE_URL="postgresql://u:own@h/n", **given).stdout == "own\n"


@pytest.mark.thorough
def test_a_missing_password_file_is_named(tmp_path):
    result = load(
        tmp_path, DATABASE_URL="postgresql://u@h/n", DATABASE_PASSWORD_FILE="/nonexistent/p"
    )
    assert "DATABASE_PASSWORD_FILE names /nonexistent/p" in result.stderr


@pytest.mark.thorough
def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    first, second = (load(tmp_path, "settings.SECRET_KEY").stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) >= 50
    assert stat.S_IMODE((tmp_path / "data/tpm-secret-key").stat().st_mode) == 0o600


@pytest.mark.thorough
def test_two_processes_that_start_at_once_agree_on_the_secret_key(tmp_path):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", "from tpm import settings; print(settings.SECRET_KEY)"],
            cwd=ROOT,
            env=clean_environment(TPM_DATA_DIR=str(tmp_path / "data")),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


@pytest.mark.thorough
def test_sqlite_writes_are_ready_for_two_processes(tmp_path):
    options = load(tmp_path, "settings.DATABASES['default']['OPTIONS']").stdout
    assert "'transaction_mode': 'IMMEDIATE'" in options
    assert "journal_mode=WAL" in options


@pytest.mark.thorough
def test_an_https_address_turns_the_protections_on(tmp_path):
    show = (
        "settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, settings.ALLOWED_HOSTS[-1]"
    )
    result = load(tmp_path, show, TPM_PUBLIC_URL="https://plan.example.org")
    assert result.stdout == "True True plan.example.org\n"


@pytest.mark.thorough
def test_plain_http_on_this_machine_works_without_them(tmp_path):
    assert load(tmp_path, "settings.SECURE_SSL_REDIRECT, settings.HTTPS").stdout == "False False\n"


def settings_read_by_the_code() -> set[str]:
    found = {"PORT"}
    for path in (ROOT / "tpm").rglob("*.py"):
        found |= set(
            re.findall(
                r'env\.(?:text|flag|whole|one_of|names|kept_secret|file_text|folders|paths)\(\s*"(\w+)"',
                path.read_text(),
            )
        )
    return found


def test_every_setting_is_in_the_example_file_and_no_other():
    text = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) == (
        settings_read_by_the_code() | BUILT_INTO_COMPOSE
    )


def test_every_setting_has_its_line_in_the_operator_s_guide():
    text = (ROOT / "docs/operating.md").read_text()
    missing = settings_read_by_the_code() | BUILT_INTO_COMPOSE
    assert {name for name in missing if f"`{name}`" not in text} == set()


def test_the_example_file_sets_nothing():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_environment_of_this_run_reaches_no_test_process():
    os.environ["TPM_NOT_A_SETTING"] = "1"
    try:
        assert "TPM_NOT_A_SETTING" not in clean_environment()
    finally:
        del os.environ["TPM_NOT_A_SETTING"]


@pytest.mark.thorough
def test_https_promises_nothing_for_other_hosts_of_the_domain(tmp_path):
    show = (
        "settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, "
        "settings.SECURE_HSTS_PRELOAD"
    )
    https = {"TPM_PUBLIC_URL": "https://plan.example.org"}
    assert load(tmp_path, show, **https).stdout == "31536000 False False\n"
    asked = https | {"TPM_HSTS_SUBDOMAINS": "1", "TPM_HSTS_PRELOAD": "1"}
    assert load(tmp_path, show, **asked).stdout == "31536000 True True\n"


@pytest.mark.thorough
def test_a_visitor_is_told_apart_behind_a_proxy(tmp_path):
    show = "getattr(settings, 'ALLAUTH_TRUSTED_PROXY_COUNT', 0)"
    assert load(tmp_path, show).stdout == "0\n"
    assert load(tmp_path, show, TPM_BEHIND_PROXY="1").stdout == "1\n"


def test_folders_of_products_are_read():
    env = {"X": "pay=/srv/pay.git, CHK:app=/srv/app.git"}
    assert environment.folders("X", env) == [
        ("PAY", "", Path("/srv/pay.git")), ("CHK", "app", Path("/srv/app.git")),
    ]  # fmt: skip


def test_folders_are_whole_paths():
    assert environment.paths("X", {"X": "/srv/a, /srv/b"}) == [Path("/srv/a"), Path("/srv/b")]
    with pytest.raises(ImproperlyConfigured, match="X holds 'b'"):
        environment.paths("X", {"X": "/srv/a,b"})


@pytest.mark.parametrize("value", ["/srv/pay.git", "PAY=pay.git", "=/srv"])
def test_a_folder_without_product_or_whole_path_stops_the_start(value):
    with pytest.raises(ImproperlyConfigured, match="X holds"):
        environment.folders("X", {"X": value})
