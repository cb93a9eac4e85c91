"""The schedule and the tasks that do jobs name tasks that exist."""

import re

import pytest
from django.utils.module_loading import autodiscover_modules

from tests.services_for_tests import ROOT
from tpm.celery import app


def known_tasks() -> set[str]:
    autodiscover_modules("tasks")
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_scheduled_task_exists():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled - known_tasks() == set()


def test_every_sweep_and_nightly_task_is_scheduled():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    timed = {name for name in known_tasks() if re.search(r"\.(sweep_|nightly_\w+s$|learn)", name)}
    assert timed - scheduled - {"roadmaps.nightly_forecast"} == set()


def test_a_sweep_that_waited_a_minute_is_dropped():
    for entry in app.conf.beat_schedule.values():
        if entry["schedule"] == 60.0:
            assert entry["options"]["expires"] < 60


def test_every_task_that_does_a_job_exists():
    assert set(app.conf.tpm_job_tasks.values()) - known_tasks() == set()


@pytest.mark.thorough
def test_every_kind_of_job_can_be_sent_again():
    kinds = set()
    for path in ROOT.glob("*/**/*.py"):
        if path.is_relative_to(ROOT / "tests") or ".venv" in path.parts:
            continue
        text = path.read_text()
        constants = dict(re.findall(r'^([A-Z_]+) = "([\w -]+)"$', text, re.MULTILINE))
        for quoted, name in re.findall(r'jobs\.create\(\s*(?:"([\w-]+)"|([A-Z_]+))', text):
            kinds.add(quoted or constants[name])
        # What takes an import back is a kind of its own, made on the ground floor.
        kinds.update(constants[name] for name in re.findall(r"Undoing\([A-Z_]+, ([A-Z_]+)", text))
        # So is a change of many rows.
        kinds.update(
            constants[name] for name in re.findall(r"BulkJobs\(\s*[A-Z_]+, ([A-Z_]+)", text)
        )
    assert kinds == set(app.conf.tpm_job_tasks)
