"""Two people at one moment, on a real database: one job of the same, no badge once it is off."""

import pytest

from tests.apart import run_apart

pytestmark = pytest.mark.integration

BEFORE = """
import django; django.setup()
import datetime, json, pathlib, threading, uuid
from django.core.management import call_command
from django.db import connection, connections, transaction
call_command("migrate", verbosity=0)
from debt import payoff_jobs, payoff_register
from debt.models import Badge
from debt.services import badges, history_jobs
from roadmaps.services import set_sharing
from tpm.models import Job, Person, Product, Role, User
from tpm.uploads import Upload
assert connection.vendor == "postgresql"
product = Product.objects.create(key="PAY", name="Payments")
mel, ada = (User.objects.create_user(username=name) for name in ("mel", "ada"))
def in_threads(*works):
    gate, said = threading.Barrier(len(works)), []
    def run(work):
        try:
            gate.wait()
            said.append(work())
        except Exception as error:
            said.append(repr(error))
        finally:
            connections.close_all()
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    [thread.start() for thread in threads]
    return threads, said
def together(*works):
    threads, said = in_threads(*works)
    [thread.join() for thread in threads]
    return said
"""


@pytest.fixture
def said(postgres_server, tmp_path):
    """Run lines on a fresh database; returns what they leave in `answer`."""

    def run(lines: str):
        code = f"{BEFORE}\n{lines}\nprint(json.dumps(answer))"
        return run_apart(code, tmp_path, DATABASE_URL=postgres_server.create_database())

    return run


def test_who_asks_at_once_for_the_same_dates_is_handed_one_job(said):
    answer = said("""
found, ways = payoff_register.register_of(product), [payoff_register.Asked(10)]
jobs = together(*[
    lambda by=by: payoff_jobs.request(product, found, ways, by=by).pk for by in [mel, ada] * 3])
answer = [len(jobs), len(set(jobs)), sorted(payoff_jobs.waiting_for(Job.objects.get()))]
answer.append(sorted([mel.pk, ada.pk]))
""")
    count, different, waiting, both = answer
    assert (count, different) == (6, 1)
    assert waiting == both


def test_a_log_that_is_read_in_at_once_is_one_job(said):
    answer = said("""
upload = Upload(uuid.uuid4(), pathlib.Path("log"), "log.txt", mel.pk)
jobs = together(*[
    lambda: history_jobs.start_log(
        product, upload, by=mel, repository="shop", component=None).pk for _ in range(6)])
answer = [len(jobs), len(set(jobs)), Job.objects.count()]
""")
    assert answer == [6, 1, 1]


def test_no_badge_is_made_while_sharing_is_being_switched_off(said):
    answer = said("""
set_sharing(product, by=ada, who="planner", version=None)
day = datetime.date.today() + datetime.timedelta(days=30)
def make():
    badges.make_badge(product, by=mel, component=None, expires_on=day)
    return "made"
with transaction.atomic():
    set_sharing(product, by=ada, who="off", version=None)
    (thread,), said = in_threads(make)
    thread.join(1)
    waits = thread.is_alive()
thread.join()
answer = [waits, said, Badge.objects.count()]
""")
    waits, (refusal,), badges = answer
    assert waits
    assert "Sharing is off" in refusal
    assert badges == 0
