"""More days a month than a team has are asked about over REST, in a terminal and in a table too."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from debt.csv_import import applying
from debt.csv_import.reading import read
from debt.maths.ranges import Range
from debt.models import DebtItem
from debt.sure import Limits
from tests.debt.test_terminal import script, server  # noqa: F401 - fixtures
from tpm import formats
from tpm.models import Job, Membership
from tradeoffs.services import add_consequence, draft_decision

pytestmark = pytest.mark.django_db
URL, IMPORT = "/api/v1/debt-items/", "/p/PAY/debt/import/"
TABLE = "title,team,interest,chores\nHuge,rails,9999,\nUsual,rails,2,\nAlso,rails,,8888\n"


def sent(api, user, url, **body):
    return api(user).post(url, body, format="json")


def asked(answer, field: str) -> str:
    """The question of a refusal."""
    told = answer.json()
    assert answer.status_code == 400
    assert (told["code"], set(told)) == ("sure", {field, "code", "confirm"})
    assert '"sure": true' in told["confirm"]
    return told[field][0]


# Over REST


@pytest.mark.parametrize(
    ("body", "field", "who"),
    [
        ({"title": "x", "team": "rails", "interest": [9000, 9999, 9999]}, "interest", "Rails has"),
        ({"title": "x", "interest": [9000, 9999, 9999]}, "interest", "Payments has"),
        ({"title": "x", "component": "billing", "interest": [9000, 9999, 9999]}, "interest",
         "Rails has"),
        ({"title": "x", "evidence": ["billing/tax.py"], "interest": [9000, 9999, 9999]},
         "interest", "Rails has"),
        ({"line": "It hurts =9999 @rails"}, "line", "Rails has"),
    ],
)  # fmt: skip
def test_logging_over_rest_asks_once_and_sure_is_the_answer(api, mel, billing, body, field, who):
    body["product"] = "PAY"
    said = asked(sent(api, mel, URL, **body), field)
    assert said.startswith(who)
    assert said.endswith("sure?")
    assert not DebtItem.objects.exists()
    assert sent(api, mel, URL, **body, sure=True).status_code == 201
    assert DebtItem.objects.get().interests.get().p50_days == 9999


def test_the_question_says_the_number_that_it_compares(api, mel, product, team):
    """The mean was compared and the middle said: 65 days in all, and this says 49."""
    capacity = Limits(product).question(Range(9000, 9000, 9000), None).split()[2]
    low, mid, high = (float(capacity) * part for part in (0.5, 0.75, 3.0))
    body = {"product": "PAY", "title": "x", "interest": [low, mid, high]}
    words = asked(sent(api, mel, URL, **body), "interest")
    assert float(words.partition("this says ")[2].split()[0]) > float(capacity) > mid
    assert words == (
        f"Payments has {capacity} days a month in all, "
        f"this says {formats.amount(Range(low, mid, high).mean)} on average: sure?"
    )


def test_declaring_over_rest_asks_as_well(api, mel, make_debt):
    item = make_debt(scored=False)
    url = f"{URL}{item.key}/interest/"
    assert asked(sent(api, mel, url, days=[9999, 9999, 9999]), "days").startswith("Rails has")
    assert item.interests.count() == 1
    assert sent(api, mel, url, days=[9999, 9999, 9999], sure=True).status_code == 200
    assert sent(api, mel, url, days=[1, 2, 4]).status_code == 200
    assert item.interests.count() == 3


def test_deliberate_debt_asks_too(api, mel, team, product):
    decision = draft_decision(product, by=mel, title="Which bus?")
    row = add_consequence(decision, by=mel, kind="bad", text="It polls")
    body = {"consequence": row.pk, "interest": [9999, 9999, 9999]}
    url = "/api/v1/deliberate-debt/"
    assert asked(sent(api, mel, url, **body), "interest").startswith("Payments has")
    assert not DebtItem.objects.exists()
    assert sent(api, mel, url, **body, sure=True).status_code == 201


# In a terminal


def test_the_command_wants_to_hear_that_one_is_sure(mel, team):
    said = ("It hurts =9999", "--product", "PAY", "--by", "mel")
    with pytest.raises(CommandError, match=r"Payments has .*: sure\? Add --sure to keep it\."):
        call_command("log_debt", *said)
    assert not DebtItem.objects.exists()
    call_command("log_debt", *said, "--sure")
    assert DebtItem.objects.exists()


def test_the_script_asks_with_its_own_option(script, team):  # noqa: F811
    said = script("It hurts =9999 @rails")
    assert said.returncode == 1
    assert said.stderr.startswith("Rails has ")
    assert said.stderr.endswith("sure? Add --sure to keep it.\n")
    assert not DebtItem.objects.exists()
    assert script("It hurts =9999 @rails", "--sure").returncode == 0
    assert script("It hurts =2 @rails").returncode == 0


# In a table


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def uploaded(browser, text=TABLE) -> str:
    return browser.post(IMPORT, {"file": SimpleUploadedFile("debt.csv", text.encode())}).url


def taken_in(browser, address, **more) -> dict:
    url = browser.post(address, more).url
    job = Job.objects.get(pk=int(url.rstrip("/").rpartition("/")[2]))
    applying.run_import(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.report
    return job.report


def titles() -> list[str]:
    return list(DebtItem.objects.order_by("pk").values_list("title", flat=True))


def test_the_preview_of_a_table_asks_at_the_row(client_of, ada, team):
    browser = client_of(ada)
    page = browser.get(uploaded(browser)).content.decode()
    assert "2 rows cost more a month than their teams have." in page
    assert page.count("sure?") == 2
    plain = re.sub(r'(name="sure" value="\w+)-[0-9a-f]{12}"', r'\1"', page)
    assert 'name="sure" value="2" form="take-in"><label for="sure-2">Row 2 is meant so' in plain
    assert 'name="sure" value="all" form="take-in"' in plain
    assert 'name="sure" value="3' not in page
    assert '<form method="post" id="take-in">' in page


def test_a_row_without_an_answer_is_held_back_and_the_others_come_in(client_of, ada, team):
    browser = client_of(ada)
    report = taken_in(browser, uploaded(browser))
    assert report["counts"] == {"new": 1, "changed": 0, "same": 0, "asked": 2, "refused": 0}
    assert titles() == ["Usual"]
    (first, second, _usual) = report["rows"]
    assert [row["what"] for row in (first, second)] == ["asked", "asked"]
    assert first["asked"][0].startswith("Rails has ")
    shown = browser.get(report["page"]).content.decode()
    assert "held back" in shown
    assert 'name="sure"' not in shown


def test_rows_that_are_meant_so_come_in(client_of, ada, team):
    browser = client_of(ada)
    report = taken_in(browser, uploaded(browser), sure=["2", "word"])
    assert report["counts"] == {"new": 2, "changed": 0, "same": 0, "asked": 1, "refused": 0}
    assert titles() == ["Huge", "Usual"]
    again = taken_in(browser, uploaded(browser), sure=["all"])
    assert again["counts"] == {"new": 1, "changed": 0, "same": 2, "asked": 0, "refused": 0}
    assert titles() == ["Huge", "Usual", "Also"]


def test_a_cost_that_changes_is_held_against_the_team_of_its_item(client_of, ada, make_debt):
    item, browser = make_debt(scored=False), client_of(ada)
    report = taken_in(browser, uploaded(browser, f"key,interest\n{item.key},9999\n"))
    assert report["rows"][0]["asked"][0].startswith("Rails has ")
    assert item.interests.count() == 1
    taken_in(browser, uploaded(browser, f"key,interest\n{item.key},9999\n"), sure="2")
    assert item.interests.count() == 2


def test_the_question_takes_no_query_a_row(billing, product):
    counts = []
    for rows in (2, 60):
        lines = "".join(f"T{n},billing,9999\n" for n in range(rows))
        sheet = read(f"title,component,interest\n{lines}".encode())
        with CaptureQueriesContext(connection) as asked_for:
            assert applying.preview(product, sheet, take_file=False)["counts"]["asked"]
        counts.append(len(asked_for))
    assert counts[0] == counts[1]


def test_a_job_of_before_the_question_still_runs(client_of, ada, team):
    browser = client_of(ada)
    url = browser.post(uploaded(browser)).url
    job = Job.objects.get(pk=int(url.rstrip("/").rpartition("/")[2]))
    del job.arguments["sure"]
    job.save(update_fields=["arguments"])
    applying.run_import(job.pk)
    job.refresh_from_db()
    assert job.report["counts"]["asked"] == 2


def test_a_team_without_people_is_not_asked(api, mel, team):
    Membership.objects.all().delete()
    body = {"product": "PAY", "title": "x", "interest": [9999, 9999, 9999]}
    assert sent(api, mel, URL, **body).status_code == 201
