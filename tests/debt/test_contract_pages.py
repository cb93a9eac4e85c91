"""Taps, ceilings, confirmations and pay-offs on pages, over the API and from the terminal."""

import ast
import datetime
import json
import os
import subprocess
import sys
import threading
from io import StringIO
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.utils import timezone
from rest_framework.test import APIClient

from debt import contract_queries, refresh, services, worth, worth_facts
from debt.models import DebtItem, DebtOutcome, DebtTap
from debt.ranges import Range
from tests.services_for_tests import ROOT
from tpm import tokens
from tpm.models import Change, Component

SCRIPT = ROOT / "debt" / "tpm_debt.py"
API = "/api/v1/debt-items/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    def sign_in(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return sign_in


@pytest.fixture
def near(make_debt, lena):
    """Accepted up to 2.5 days a month, and costing 2.3."""
    item = make_debt()
    services.accept_until(
        item, by=lena, version=None, until=None, trigger="the relaunch", ceiling=2.5, why="So."
    )
    return item


def html_of(client, address: str) -> str:
    return client.get(address).content.decode()


def outcome(item, verdict: str = "held") -> DebtOutcome:
    """The item was paid 100 days ago: 12 days for 5 to 20 that were said, and few taps since."""
    DebtItem.objects.filter(pk=item.pk).update(
        state="paid", closed_on=timezone.localdate() - datetime.timedelta(days=100),
        hurts_since=timezone.localdate() - datetime.timedelta(days=300),
    )  # fmt: skip
    item.refresh_from_db()
    facts = worth_facts.Facts(
        promise=worth.Promise(principal=(5, 10, 20), interest=2.3, share_removed=0.8),
        took=12.0,
        took_derived=False,
        before=worth.Side(taps=6, tapped_days=1.0),
        after=worth.Side(taps=1, tapped_days=0.2),
    )
    judged = worth.judge(facts.promise, facts.took, facts.before, facts.after)
    kept = worth_facts.as_kept(facts, judged)
    return DebtOutcome.objects.create(
        item=item, paid_on=item.closed_on, verdict=verdict, facts=kept
    )


# Taps


def test_a_press_taps_and_comes_back_to_where_it_was(make_debt, client_of, mel):
    item = make_debt()
    answer = client_of(mel).post(
        "/d/PAY-D1/tap/", headers={"referer": "http://testserver/p/PAY/debt/?view=mine"}
    )
    assert answer.url == "/p/PAY/debt/?view=mine"
    assert [row.minutes for row in item.taps.all()] == [15]


def test_a_press_that_came_from_elsewhere_leads_to_the_item(make_debt, client_of, mel):
    make_debt()
    answer = client_of(mel).post("/d/PAY-D1/tap/", headers={"referer": "https://evil.org/p/PAY/"})
    assert answer.url == "/d/PAY-D1/"


def test_a_row_of_the_register_offers_the_tap_and_a_viewer_none(make_debt, client_of, mel, vic):
    make_debt()
    assert 'data-does="tap"' in html_of(client_of(mel), "/p/PAY/debt/")
    assert 'data-does="tap"' not in html_of(client_of(vic), "/p/PAY/debt/")


def test_a_tap_in_place_answers_with_a_toast(make_debt, client_of, mel):
    make_debt()
    answer = client_of(mel).post("/d/PAY-D1/tap/", headers={"hx-request": "true"})
    assert answer.status_code == 204
    assert json.loads(answer.headers["HX-Trigger"])["toast"] == {
        "words": "15 minutes lost to PAY-D1.", "bad": False
    }  # fmt: skip


def test_the_page_shows_the_sum_and_that_it_waits_for_history(make_debt, client_of, mel, vic):
    item = make_debt()
    for _ in range(6):
        services.tap(item, by=mel)
    html = html_of(client_of(vic), "/d/PAY-D1/")
    assert "6 taps, 1.5 hours in 180 days" in html
    assert "They wait for history" in html
    assert 'data-does="tap"' not in html


def test_a_tap_of_no_number_is_refused_in_words(make_debt, client_of, mel):
    make_debt()
    answer = client_of(mel).post(
        "/d/PAY-D1/tap/", {"minutes": "long"}, headers={"hx-request": "true"}
    )
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["bad"] is True
    assert not DebtTap.objects.exists()


def test_the_api_counts_a_reference_once_and_names_nobody(make_debt, api, mel):
    make_debt()
    client = api(mel)
    for _ in range(2):
        answer = client.post(
            f"{API}PAY-D1/taps/", {"minutes": 30, "reference": "ide-7"}, format="json"
        )
    assert answer.status_code == 201
    rows = client.get(f"{API}PAY-D1/taps/").json()
    assert [(row["minutes"], row["source"], row["reference"]) for row in rows] == [
        (30, "api", "ide-7")
    ]
    assert rows[0].keys() == {"minutes", "at", "source", "reference"}


# Ceilings


def test_the_form_proposes_a_ceiling_above_what_it_costs(make_debt, client_of, lena):
    make_debt()
    html = html_of(client_of(lena), "/d/PAY-D1/accept/")
    assert 'name="ceiling" value="3.4"' in html
    assert "It costs 2.3 days a month on average today." in html


def test_a_ceiling_below_what_it_costs_comes_back_beside_its_field(make_debt, client_of, lena):
    item = make_debt()
    answer = client_of(lena).post(
        "/d/PAY-D1/accept/",
        {"version": item.version, "trigger": "x", "ceiling": "2", "why": "So."},
    )
    assert answer.status_code == 422
    assert "choose a ceiling above that" in answer.content.decode()


def test_near_its_ceiling_it_stands_among_those_that_run_out(near, client_of, lena):
    html = html_of(client_of(lena), "/p/PAY/debt/?view=expiring")
    assert near.title in html
    assert "Up to 2.5 d a month" in html


def test_far_below_its_ceiling_it_does_not(make_debt, client_of, lena):
    item = make_debt()
    services.accept_until(
        item, by=lena, version=None, until=None, trigger="x", ceiling=30, why="So."
    )
    assert item.title not in html_of(client_of(lena), "/p/PAY/debt/?view=expiring")


def test_the_item_page_says_how_much_of_the_ceiling_is_used(near, client_of, vic):
    assert "Up to 2.5 d a month, 92 % used" in html_of(client_of(vic), "/d/PAY-D1/")


def test_home_tells_those_who_may_accept(near, client_of, lena, vic):
    said = "Costs 2.3 of the 2.5 days a month it was accepted up to."
    assert said in html_of(client_of(lena), "/p/PAY/")
    assert said not in html_of(client_of(vic), "/p/PAY/")


def test_the_api_accepts_with_a_ceiling(make_debt, api, lena, mel):
    item = make_debt()
    body = {"version": item.version, "trigger": "x", "ceiling": 4.5, "why": "So."}
    assert api(mel).post(f"{API}PAY-D1/accept/", body, format="json").status_code == 403
    answer = api(lena).post(f"{API}PAY-D1/accept/", body, format="json")
    assert (answer.json()["state"], answer.json()["accepted_ceiling_days"]) == ("accepted", 4.5)


def test_the_api_says_why_a_ceiling_is_refused(make_debt, api, lena):
    item = make_debt()
    body = {"version": item.version, "trigger": "x", "ceiling": 1, "why": "So."}
    answer = api(lena).post(f"{API}PAY-D1/accept/", body, format="json")
    assert answer.status_code == 400
    assert "choose a ceiling above that" in answer.json()["ceiling"][0]


# Still true?


@pytest.fixture
def stale(make_debt, mel):
    item = make_debt(interest=None)
    item.interests.model.objects.bulk_create(
        [
            item.interests.model(
                item=item, kind="changes", by=mel, p10_days=1, p50_days=2, p90_days=4,
                at=timezone.now() - datetime.timedelta(days=100),
            )
        ]
    )  # fmt: skip
    refresh.refresh_scores(item.team_id)
    return item


def test_home_asks_whether_it_is_still_true_and_one_press_answers(stale, client_of, mel):
    client = client_of(mel)
    assert "Still true? It costs 2.3 days a month." in html_of(client, "/p/PAY/")
    answer = client.post("/d/PAY-D1/confirm/", headers={"referer": "http://testserver/p/PAY/"})
    assert answer.url == "/p/PAY/"
    assert "Still true?" not in html_of(client, "/p/PAY/")
    assert not DebtItem.objects.filter(contract_queries.to_confirm(90)).exists()


def test_home_asks_those_whose_debt_it_is(stale, client_of, ada):
    assert "Still true?" not in html_of(client_of(ada), "/p/PAY/")


def test_the_page_has_a_key_for_it(stale, client_of, mel):
    html = html_of(client_of(mel), "/d/PAY-D1/")
    assert 'data-does="confirm"' in html
    assert 'data-keys="y" data-action="confirm"' in html


def test_the_api_confirms(stale, api, mel):
    assert api(mel).post(f"{API}PAY-D1/confirm/").status_code == 200
    assert stale.interests.count() == 2


# Was it worth it?


def test_the_item_page_holds_the_promise_against_what_was_measured(make_debt, client_of, vic):
    outcome(make_debt())
    html = html_of(client_of(vic), "/d/PAY-D1/")
    assert "100 % of the promised relief came, measured by taps" in html
    assert "12 d of 5–10–20" in html
    assert "not known" in html


def test_before_its_day_the_page_says_when(make_debt, client_of, vic, lena):
    services.mark_paid(make_debt(), by=lena)
    assert "Looked at on" in html_of(client_of(vic), "/d/PAY-D1/")


def test_the_page_of_a_product_tells_no_rate_from_few(make_debt, client_of, vic):
    outcome(make_debt())
    html = html_of(client_of(vic), "/p/PAY/debt/worth/")
    assert "1 judged; a rate is told from 5 on." in html


def test_the_page_of_a_product_tells_a_rate_with_its_interval(make_debt, client_of, vic):
    for verdict in ("held", "held", "held", "partly", "not", "unknown"):
        outcome(make_debt(title=verdict), verdict)
    html = html_of(client_of(vic), "/p/PAY/debt/worth/")
    assert "3 of 5 held: 60 %, 23 % to 88 % at 95 %." in html
    assert "1 not known." in html


def test_the_page_takes_as_many_queries_for_many(
    make_debt, client_of, vic, django_assert_max_num_queries
):
    for number in range(6):
        outcome(make_debt(title=f"Item {number}"))
    client = client_of(vic)
    client.get("/p/PAY/debt/worth/")
    with django_assert_max_num_queries(14):
        client.get("/p/PAY/debt/worth/")


def test_nothing_paid_says_what_comes(client_of, vic, product):
    assert "Nothing was paid yet." in html_of(client_of(vic), "/p/PAY/debt/worth/")


def test_outcomes_over_the_api_are_those_of_ones_products(make_debt, api, vic, grace):
    outcome(make_debt())
    rows = api(vic).get("/api/v1/debt-outcomes/").json()["results"]
    assert [(row["item"], row["verdict"]) for row in rows] == [("PAY-D1", "held")]
    assert api(grace).get("/api/v1/debt-outcomes/").json()["results"] == []
    assert api(vic).get("/api/v1/debt-outcomes/rates/", {"product": "PAY"}).json() == [
        {"team": "Rails", "hits": 1, "n": 1, "unknown": 0, "share": None, "interval": None}
    ]


# Quick add


@pytest.fixture
def billing(product, team):
    component = Component.objects.create(
        key="billing", name="Billing", owner_team=team, path_prefixes=["billing/"]
    )
    component.products.add(product)
    return component


@pytest.mark.parametrize(
    "link",
    [
        "https://github.com/acme/shop/blob/main/billing/tax.py#L10-L20",
        "https://gitlab.com/acme/group/shop/-/blob/main/billing/tax.py",
        "https://bitbucket.org/acme/shop/src/main/billing/tax.py",
        "https://git.acme.org/acme/shop/src/branch/main/billing/tax.py",
    ],
)
def test_a_pasted_link_to_code_is_evidence_and_finds_the_component(
    client_of, mel, billing, team, link
):
    client_of(mel).post("/p/PAY/debt/", {"line": f"Tax rules {link}"})
    item = DebtItem.objects.get()
    assert (item.title, item.component, item.team) == ("Tax rules", billing, team)
    assert [(row.kind, row.text) for row in item.evidence.all()] == [("link", link)]


def test_c_d_opens_the_line_for_those_who_may_log(client_of, mel, vic, product):
    offered = 'data-keys="c d" data-action="go" data-url="/p/PAY/debt/new/"'
    assert offered in html_of(client_of(mel), "/p/PAY/")
    assert offered not in html_of(client_of(vic), "/p/PAY/")


def test_after_logging_one_is_back_where_one_was(client_of, mel, product):
    client = client_of(mel)
    page = client.get("/p/PAY/debt/new/", headers={"referer": "http://testserver/p/PAY/items/?q=x"})
    assert 'name="back" value="/p/PAY/items/?q=x"' in page.content.decode()
    body = {"line": "Slow", "then": "stay", "back": "/p/PAY/items/?q=x"}
    assert client.post("/p/PAY/debt/new/", body).url == "/p/PAY/items/?q=x"


@pytest.mark.parametrize("back", ["https://evil.org/", "//evil.org/", "javascript:1"])
def test_logging_leads_to_no_other_site(client_of, mel, product, back):
    body = {"line": "Slow", "then": "stay", "back": back}
    assert client_of(mel).post("/p/PAY/debt/new/", body).url == "/p/PAY/debt/"


def test_a_line_that_looks_the_same_can_join_what_is_there(make_debt, client_of, mel):
    item = make_debt(title="Tax rules hard-wired")
    client = client_of(mel)
    preview = client.get("/p/PAY/debt/preview/", {"line": "Tax rules hard-wired billing/tax.py"})
    assert 'formaction="/d/PAY-D1/evidence/line/"' in preview.content.decode()
    line = {"line": "Tax rules hard-wired billing/tax.py ~M"}
    assert client.post("/d/PAY-D1/evidence/line/", line).url == "/d/PAY-D1/"
    assert [row.text for row in item.evidence.all()] == ["billing/tax.py"]
    assert DebtItem.objects.count() == 1


def test_without_a_file_its_words_join(make_debt, client_of, mel):
    item = make_debt(title="Tax rules hard-wired")
    client_of(mel).post("/d/PAY-D1/evidence/line/", {"line": "Tax rules are hard-wired ~M"})
    assert [(row.kind, row.text) for row in item.evidence.all()] == [
        ("note", "Tax rules are hard-wired")
    ]


def test_joining_twice_adds_nothing(make_debt, client_of, mel):
    item = make_debt()
    for _ in range(2):
        client_of(mel).post("/d/PAY-D1/evidence/line/", {"line": "Slow a/b.py"})
    assert item.evidence.count() == 1


def test_deliberate_debt_without_a_decision_is_refused_beside_the_field(make_debt, client_of, mel):
    item = make_debt()
    body = {
        "title": item.title, "team": item.team_id, "hurts_since": item.hurts_since.isoformat(),
        "version": item.version, "quadrant": "deliberate_prudent",
    }  # fmt: skip
    answer = client_of(mel).post("/d/PAY-D1/edit/", body)
    assert answer.status_code == 422
    assert "Deliberate debt names the decision that took it on." in answer.content.decode()


# The API takes a line


def test_the_api_takes_one_line(api, mel, billing, team):
    body = {"product": "PAY", "line": "Tax rules in billing/tax.py ~M +third #arch"}
    answer = api(mel).post(API, body, format="json")
    assert answer.status_code == 201
    row = answer.json()
    assert (row["title"], row["size"], row["slow_down"], row["tags"]) == (
        "Tax rules in billing/tax.py", "M", "a third", ["arch"],
    )  # fmt: skip
    assert (row["component"], row["team"]) == ("billing", "rails")


def test_what_is_said_beside_the_line_counts_before_it(api, mel, product):
    body = {"product": "PAY", "line": "Slow ~M", "size": "XL", "evidence": ["a/b.py"]}
    row = api(mel).post(API, body, format="json").json()
    assert (row["size"], DebtItem.objects.get().evidence.get().text) == ("XL", "a/b.py")


def test_a_line_or_a_title_is_needed(api, mel, product):
    answer = api(mel).post(API, {"product": "PAY"}, format="json")
    assert answer.status_code == 400
    assert answer.json() == {"title": ["Say in a few words what hurts."]}


# manage.py log_debt


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("log_debt", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_logs_a_line(product, mel, billing):
    assert run("Tax rules in billing/tax.py ~M", "--product", "pay", "--by", "mel") == (
        "PAY-D1 Tax rules in billing/tax.py\n"
    )
    item = DebtItem.objects.get()
    assert (item.reporter, item.component, item.size) == (mel, billing, "M")
    assert Change.objects.filter(subject_id=item.pk).first().door == "command"


def test_the_command_tells_json(product, mel, make_debt):
    make_debt(title="Tax rules hard-wired")
    said = json.loads(run("Tax rules hard-wired a.py", "--product", "PAY", "--by", "mel", "--json"))
    assert (said["key"], said["evidence"], said["looks_like"]) == ("PAY-D2", ["a.py"], "PAY-D1")


def test_the_command_names_what_it_did_not_understand(product, mel):
    assert "Not understood: ~huge is no size" in run("x ~huge", "--product", "PAY", "--by", "mel")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x", "--product", "NONE"), "There is no product NONE. There are: PAY."),
        (("x", "--product", "PAY", "--by", "nobody"), "There is no account nobody."),
        (("x", "--product", "PAY", "--by", "vic"), "vic may not log debt in Payments."),
        (("x", "--product", "PAY"), "There is no administrator"),
        ((" ", "--product", "PAY", "--by", "mel"), "Say in a few words what hurts."),
    ],
)
def test_the_command_says_what_is_wrong(product, mel, vic, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


# tpm_debt.py


def test_the_script_is_of_python_3_8_and_the_standard_library():
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    names = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert names <= set(sys.stdlib_module_names)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words) -> None:
        pass


@pytest.fixture
def server(db):
    """The app on a port of this machine, inside the transaction of the test."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    # As for Django's own test client: the end of a request does not end the test's connection.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    made = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)

    def serve() -> None:
        connections["default"] = connection
        made.serve_forever(poll_interval=0.05)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()
    for signal in signals:
        signal.connect(close_old_connections)
    connection.dec_thread_sharing()


@pytest.fixture
def script(server, tmp_path, product, mel):
    """Run tpm_debt.py as its own process against the server."""
    _, token = tokens.make_token(mel, name="terminal", may_write=True)

    def go(*words: str, **values: str) -> subprocess.CompletedProcess:
        known = {
            "TPM_URL": server, "TPM_TOKEN": token, "TPM_PRODUCT": "PAY",
            "TPM_DEBT_CONFIG": str(tmp_path / "none.ini"), "PATH": os.environ["PATH"],
            "PYTHONIOENCODING": "utf-8",
        } | values  # fmt: skip
        return subprocess.run(
            [sys.executable, str(SCRIPT), *words], env=known, capture_output=True, text=True,
            encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    return go


def test_the_script_logs_taps_and_lists(script, server):
    assert script("Slow search ~M").stdout == f"PAY-D1 Slow search\n{server}/d/PAY-D1/\n"
    assert script("tap", "pay-d1", "1h").stdout == "60 minutes lost to PAY-D1.\n"
    assert script("tap", "PAY-D1").stdout == "15 minutes lost to PAY-D1.\n"
    assert sorted(DebtTap.objects.values_list("minutes", "source")) == [(15, "api"), (60, "api")]
    assert "PAY-D1     Slow search" in script("list").stdout
    assert json.loads(script("list", "--json").stdout)[0]["title"] == "Slow search"


def test_the_script_reads_its_file(script, tmp_path, server, mel):
    _, token = tokens.make_token(mel, name="file", may_write=True)
    place = tmp_path / "tpm.ini"
    place.write_text(f"[tpm]\nurl = {server}/\ntoken = {token}\nproduct = PAY\n")
    said = script("Slow", TPM_URL="", TPM_TOKEN="", TPM_PRODUCT="", TPM_DEBT_CONFIG=str(place))
    assert said.stdout.startswith("PAY-D1 Slow\n")


@pytest.mark.parametrize(
    ("words", "values", "sentence"),
    [
        (("Slow",), {"TPM_TOKEN": "tpm_wrong"}, "This token is unknown, expired or revoked."),
        (("Slow",), {"TPM_TOKEN": ""}, "Set TPM_TOKEN, or write token = "),
        (("Slow",), {"TPM_PRODUCT": ""}, "Say which product"),
        (("Slow",), {"TPM_URL": "http://127.0.0.1:1"}, "cannot be reached"),
        (("Slow",), {"TPM_URL": "file:///etc/passwd"}, "begins with https://"),
        (("tap", "PAY-D9"), {}, "No DebtItem matches"),
        (("tap", "PAY-D1", "soon"), {}, "soon is no time"),
    ],
)
def test_the_script_says_what_is_wrong_and_fails(script, words, values, sentence):
    said = script(*words, **values)
    assert said.returncode == 1
    assert sentence in said.stderr
    assert said.stdout == ""


def test_a_range_is_what_the_script_sends_as_typed(script):
    script("Slow =1..2..4")
    assert DebtItem.objects.get().interests.get().range == Range(1, 2, 4)
