"""People at the same moment, on a real PostgreSQL: numbers, acceptances, replacements, ballots."""

import pytest

from tests.apart import run_apart

pytestmark = pytest.mark.integration

BEFORE = """
import django; django.setup()
import datetime, json, threading
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, connections
call_command("migrate", verbosity=0)
from tpm.models import Person, Product, Role, User
from tradeoffs import chain, services
from tradeoffs.maths import ranges
from tradeoffs.models import Closing, Decision, ScoringRound
product = Product.objects.create(key="PAY", name="Payments")
def person(name, level):
    user = User.objects.create_user(username=name)
    Role.objects.create(
        person=Person.objects.create(name=name, user=user), product=product, level=level)
    return user
mel, ada, lena = person("mel", "member"), person("ada", "planner"), person("lena", "lead")
today = datetime.date.today()
def together(*works):
    gate, errors = threading.Barrier(len(works)), []
    def run(work):
        try:
            gate.wait()
            work()
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()
    threads = [threading.Thread(target=run, args=[work]) for work in works]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return errors
def draft(**fields):
    return services.draft_decision(
        product, by=mel, title="Which?", options=["A", "B"], criteria=["Cost"], **fields)
def ready():
    decision = draft()
    services.submit_for_review(decision, by=mel, version=None)
    return decision
def approve(decision):
    decision = Decision.objects.get(pk=decision.pk)
    services.review(decision, by=lena, version=None, verdict="approve", reason="so",
                    chosen=decision.options.first())
assert connection.vendor == "postgresql"
"""


@pytest.fixture
def said(postgres_server, tmp_path):
    """Run lines on a fresh database; returns what they leave in `answer`."""

    def run(lines: str):
        code = f"{BEFORE}\n{lines}\nprint(json.dumps(answer))"
        return run_apart(code, tmp_path, DATABASE_URL=postgres_server.create_database())

    return run


def test_numbers_and_acceptances_do_not_collide(said):
    answer = said("""
errors = together(*[draft for _ in range(12)])
waiting = [ready() for _ in range(8)]
errors += together(*[lambda d=d: approve(d) for d in waiting], *[draft for _ in range(4)])
answer = {
    "errors": errors,
    "keys": sorted(Decision.objects.values_list("number", flat=True)),
    "chain": list(Closing.objects.order_by("number").values_list("number", flat=True)),
    "broken": str(chain.check(product)),
}""")
    assert answer["errors"] == []
    assert answer["keys"] == list(range(1, 25))
    assert answer["chain"] == list(range(1, 9))
    assert answer["broken"] == "None"


def test_an_older_decision_and_its_replacement_close_together_or_not_at_all(said):
    answer = said("""
old = ready(); approve(old)
def newer():
    decision = draft(replaces=Decision.objects.get(pk=old.pk))
    services.submit_for_review(decision, by=mel, version=None)
    return decision
pair = [newer(), newer()]
errors = together(*[lambda d=d: approve(d) for d in pair])
answer = [errors, Decision.objects.get(pk=old.pk).state,
          sorted(Decision.objects.filter(pk__in=[d.pk for d in pair]).values_list("state", flat=1))]
""")
    assert answer == [[], "superseded", ["accepted", "accepted"]]


def test_two_replacements_at_once_close_no_circle(said):
    answer = said("""
a, b = ready(), ready()
approve(a); approve(b)
def replace(new, old):
    services.note_replacement(
        Decision.objects.get(pk=new.pk), by=lena, old=Decision.objects.get(pk=old.pk))
errors = together(lambda: replace(a, b), lambda: replace(b, a))
answer = [len(errors), sorted(Decision.objects.values_list("state", flat=True))]
""")
    assert answer == [1, ["accepted", "superseded"]]


def test_the_last_two_ballots_at_once_show_the_round_once(said):
    answer = said("""
decision = draft()
cell = (decision.options.first().pk, decision.criteria.first().pk)
row = services.open_round(
    decision, by=mel, people=[mel.person, ada.person], due_on=today, today=today)
def hand_in(user):
    services.score_blind(row, by=User.objects.get(pk=user.pk), cells={cell: ranges.read("5")},
                         hand_in=True, today=today)
errors = together(lambda: hand_in(mel), lambda: hand_in(ada))
row = ScoringRound.objects.get()
from tpm import history
shown = [c for c in history.changes_of(decision) if "shown" in c.action]
answer = [errors, row.revealed_at is not None, [c.fields for c in shown]]
""")
    assert answer == [[], True, [{"scored": [None, "2 of 2"]}]]
