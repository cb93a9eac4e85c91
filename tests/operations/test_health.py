"""What /healthz, /readyz and doctor say of each part."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tpm import heartbeat
from tpm.management.commands import doctor as doctor_command
from tpm.models import Heartbeat

pytestmark = pytest.mark.django_db


def signs(**seconds_ago: float) -> None:
    for name, seconds in seconds_ago.items():
        at = timezone.now() - timedelta(seconds=seconds)
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def test_the_process_page_needs_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_everything_ready_is_200(client):
    signs(worker=1, beat=1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (200, [])


def test_a_silent_worker_is_503_and_named_with_the_next_step(client):
    signs(worker=120, beat=1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["worker"])
    assert answer.json()["parts"]["worker"] == {
        "works": False,
        "says": "The worker gave a sign of life 2 minutes ago.",
        "next_step": (
            "Start the worker: `make run` does it here, `docker compose up -d worker` in "
            "production. If it runs, read its log."
        ),
    }


def test_a_silent_beat_is_503(client):
    signs(worker=1, beat=61)
    assert client.get("/readyz").json()["failing"] == ["beat"]


def test_a_part_that_never_gave_a_sign_fails(client):
    assert client.get("/readyz").json()["failing"] == ["worker", "beat"]


def test_an_absent_broker_is_503(client, settings):
    signs(worker=1, beat=1)
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["broker"])


def test_a_migration_that_was_not_applied_is_503(client):
    from django.db.migrations.recorder import MigrationRecorder

    signs(worker=1, beat=1)
    MigrationRecorder.Migration.objects.filter(app="debt").delete()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["migrations"])
    assert "first debt" in answer.json()["parts"]["migrations"]["says"]


def test_nothing_secret_is_told_to_strangers(client, settings):
    text = client.get("/readyz").content.decode()
    assert str(settings.DATA_DIR) not in text
    assert "password" not in text.lower()


def test_both_pages_send_the_content_security_policy(client):
    for path in ("/healthz", "/readyz"):
        assert "default-src 'self'" in client.get(path).headers["Content-Security-Policy"]


def test_both_pages_refuse_writes(client):
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


def test_a_sign_replaces_the_one_before():
    heartbeat.sign("worker")
    heartbeat.sign("worker")
    assert Heartbeat.objects.count() == 1
    assert heartbeat.age("worker") < timedelta(seconds=5)


def test_doctor_ends_well_for_a_part_that_works(capsys):
    signs(worker=1)
    call_command("doctor", "worker")
    assert "The worker gave a sign of life" in capsys.readouterr().out


def test_doctor_fails_and_says_the_next_step(capsys):
    with pytest.raises(CommandError, match="1 of 1 fail: beat"):
        call_command("doctor", "beat")
    assert "Next: Start the beat" in capsys.readouterr().out


def test_doctor_knows_no_other_part():
    with pytest.raises(CommandError, match="No such part: gearbox"):
        call_command("doctor", "gearbox")


def test_doctor_misses_an_administrator(capsys):
    with pytest.raises(CommandError):
        call_command("doctor", "administrator")
    assert "its first page makes one" in capsys.readouterr().out


def test_doctor_is_content_with_an_administrator(root, capsys):
    call_command("doctor", "administrator")
    assert "has an administrator" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"numba": "0.68", "ortools": "9.15"}, "use numpy, numba 0.68, ortools 9.15."),
        ({"numba": None, "ortools": "9.15"}, "Without numba they are the same, slower."),
    ],
)
def test_doctor_says_what_the_engine_runs_on(monkeypatch, capsys, found, words):
    monkeypatch.setattr(doctor_command, "extras", lambda: found)
    call_command("doctor", "engine")
    assert words in capsys.readouterr().out
