"""What becomes of debt over REST, its evidence, what an address shows, and the totals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import refresh, register, services
from debt.models import DebtItem, TeamLedger
from roadmaps.models import Item
from tpm import policies
from tpm.models import Operation, TeamShare

pytestmark = pytest.mark.django_db
URL = "/api/v1/debt-items/"


def press(api, user, item, name, **body):
    fresh = DebtItem.objects.get(pk=item.pk)
    return api(user).post(
        f"{URL}{item.key}/{name}/", {"version": fresh.version} | body, format="json"
    )


@pytest.mark.parametrize(
    ("name", "body", "state"),
    [
        ("pay", {}, "paid"),
        ("pay", {"why": "Rewritten."}, "paid"),
        ("write-off", {"why": "Gone."}, "written_off"),
        ("not-debt", {"why": "By design."}, "not_debt"),
        ("accept", {"why": "Later.", "trigger": "A sale"}, "accepted"),
    ],
)
def test_a_state_is_brought_about_opened_again_and_each_is_one_undo(
    api, lena, make_debt, name, body, state
):
    item = make_debt()
    told = press(api, lena, item, name, **body)
    assert (told.status_code, told.json()["state"]) == (200, state)
    (operation,) = api(lena).get("/api/v1/operations/").json()["results"]
    assert item.key in operation["words"]
    again = press(api, lena, item, "reopen", why="It hurts.")
    assert again.json()["state"] == "open"
    for expected in (state, "open"):
        newest = Operation.objects.filter(undone_at=None).first()
        assert api(lena).post(f"/api/v1/operations/{newest.pk}/undo/").status_code == 200
        assert api(lena).get(f"{URL}{item.key}/").json()["state"] == expected


@pytest.mark.parametrize("name", ["write-off", "not-debt", "reopen", "accept"])
def test_a_reason_is_needed_but_for_what_is_paid(api, lena, make_debt, name):
    item = make_debt()
    answer = press(api, lena, item, name, trigger="x")
    assert (answer.status_code, list(answer.json())) == (400, ["why"])


def test_what_does_not_follow_and_what_moved_on_is_refused(api, lena, ada, make_debt):
    item = make_debt()
    press(api, lena, item, "pay")
    assert "cannot become" in press(api, lena, item, "pay").json()["error"][0]
    stale = api(lena).post(
        f"{URL}{item.key}/reopen/", {"version": item.version, "why": "x"}, format="json"
    )
    assert stale.status_code == 409


def test_only_who_may_bring_a_state_about_takes_it_back(api, mel, lena, make_debt):
    item = make_debt()
    assert press(api, mel, item, "write-off", why="Gone.").status_code == 403
    press(api, lena, item, "write-off", why="Gone.")
    assert press(api, mel, item, "reopen", why="No.").status_code == 403
    paid = make_debt()
    press(api, mel, paid, "pay")
    assert press(api, mel, paid, "reopen", why="No.").status_code == 200


def test_planning_over_rest_is_one_undo_too(api, ada, make_debt):
    item = make_debt()
    press(api, ada, item, "plan")
    operation = Operation.objects.get()
    assert operation.words.startswith("Planned as PAY-1.")
    api(ada).post(f"/api/v1/operations/{operation.pk}/undo/")
    assert api(ada).get(f"{URL}{item.key}/").json()["state"] == "open"
    assert not Item.objects.exclude(state="dropped").exists()


# Evidence


def test_evidence_is_added_listed_and_removed(api, mel, vic, make_debt):
    item = make_debt()
    address = f"{URL}{item.key}/evidence/"
    for text, kind in (("a/b.py", "path"), ("https://example.org/1", "link"), ("Slow", "note")):
        made = api(mel).post(address, {"text": text}, format="json")
        assert (made.status_code, made.json()["kind"], made.json()["by"]) == (201, kind, "mel")
    named = api(mel).post(address, {"text": "Dockerfile", "kind": "path"}, format="json")
    assert named.json()["kind"] == "path"
    rows = api(vic).get(address).json()
    assert [row["text"] for row in rows] == [
        "a/b.py", "https://example.org/1", "Slow", "Dockerfile",
    ]  # fmt: skip
    assert api(mel).delete(f"{address}{rows[2]['id']}/").status_code == 204
    assert len(api(vic).get(address).json()) == 3


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"text": "here"}, "This evidence is here already."),
        ({"text": "https://"}, "A link needs an address"),
        ({"text": "x", "kind": "link"}, "A link begins with"),
        ({"text": ""}, "blank"),
        ({"text": "x" * 501}, "500"),
        ({"text": "x", "kind": "film"}, "not a valid choice"),
    ],
)
def test_what_is_no_evidence_is_refused_with_a_sentence(api, mel, make_debt, body, sentence):
    item = make_debt()
    services.add_evidence(item, by=mel, text="here")
    answer = api(mel).post(f"{URL}{item.key}/evidence/", body, format="json")
    assert answer.status_code == 400
    assert sentence in str(answer.json())


def test_evidence_of_another_item_stays(api, mel, make_debt):
    item, other = make_debt(), make_debt()
    row = services.add_evidence(other, by=mel, text="here")
    assert api(mel).delete(f"{URL}{item.key}/evidence/{row.pk}/").status_code == 404
    assert other.evidence.exists()


# The rows of an address


def test_the_list_holds_what_an_address_of_the_register_shows(api, vic, mel, make_debt):
    small = make_debt(title="Search: small", principal_p50_days=9)
    make_debt(title="Other")
    closed = make_debt(title="Search: closed")
    services.mark_paid(closed, by=mel)
    asked = {"product": "PAY", "matching": "q=search"}
    assert [row["key"] for row in api(vic).get(URL, asked).json()["results"]] == [small.key]
    asked["matching"] = "q=search&tab=closed"
    assert [row["key"] for row in api(vic).get(URL, asked).json()["results"]] == [closed.key]
    assert api(vic).get(URL, {"matching": "q=search"}).status_code == 400
    assert api(vic).get(URL, {"matching": "", "product": "OPS"}).status_code == 404


def test_the_order_of_an_address_is_kept(api, vic, product, make_debt):
    for days in (3, 1, 2):
        make_debt(principal_p10_days=days, principal_p50_days=days, principal_p90_days=days)
    for order in register.ORDERS:
        choice = register.Choice.read({"order": order, "sort": order})
        rows = register.matching(product, choice, vic, timezone.localdate())
        asked = {"product": "PAY", "matching": choice.query()}
        told = [row["key"] for row in api(vic).get(URL, asked).json()["results"]]
        assert told == [item.key for item in rows]


def test_an_address_as_a_table_is_the_file_of_the_page_and_comes_back_in(
    api, client_of, ada, make_debt, grace
):
    make_debt(title="Search"), make_debt(title="Other")
    asked = {"product": "PAY", "matching": "q=search"}
    answer = api(ada).get(f"{URL}export/", asked)
    table = b"".join(answer.streaming_content)
    page = b"".join(client_of(ada).get("/p/PAY/debt/export.csv?q=search").streaming_content)
    assert table == page
    assert b"Search" in table
    assert b"Other" not in table
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    body = {"product": "PAY", "text": table.decode()}
    told = api(ada).post("/api/v1/debt-imports/?dry_run=1", body, format="json").json()
    assert told["counts"] == {"new": 0, "changed": 0, "same": 1, "asked": 0, "refused": 0}
    assert api(grace).get(f"{URL}export/", asked).status_code == 404


# Totals


def test_the_totals_are_those_of_the_strip(api, vic, product, make_debt):
    make_debt(), make_debt(title="Other")
    told = api(vic).get("/api/v1/debt-totals/PAY/").json()
    found = register.summary(product, timezone.localdate())
    assert (told["items"], told["scored"], told["gains"]) == (2, 2, found.gains)
    for name in ("principal", "interest", "interest_sd", "capacity", "incurred"):
        assert told[name] == pytest.approx(getattr(found, name))
        assert told[name] > 0


def test_a_total_of_which_nothing_is_known_is_null(api, vic, make_debt):
    unsaid = dict.fromkeys(("principal_p10_days", "principal_p50_days", "principal_p90_days"))
    make_debt(interest=None, **unsaid)
    told = api(vic).get("/api/v1/debt-totals/PAY/").json()
    assert (told["principal"], told["interest"], told["items"]) == (None, None, 1)


def test_the_shares_of_items_add_up_to_the_drag_of_their_team(
    api, vic, lena, make_debt, team, other_product
):
    make_debt(), make_debt(title="Other")
    TeamShare.objects.update(share=0.5)
    TeamShare.objects.create(
        team=team, product=other_product, share=0.5, starts_on=timezone.localdate()
    )
    theirs = make_debt(other_product, title="Secret")
    refresh.refresh_scores(team.pk)
    today = timezone.localdate()
    policies.set_policy(
        team, by=lena, starts_on=today, debt_share=0.1, unplanned_share=0.1, drag_limit=0.2
    )
    answer = api(vic).get("/api/v1/debt-totals/PAY/teams/")
    (told,) = answer.json()
    ledger = TeamLedger.objects.get(team=team)
    assert (told["team"], told["drag"], told["budget"]) == ("rails", ledger.drag_mean, 0.2)
    whole = sum(row["share"] for row in told["shares"]) + told["elsewhere"]
    assert whole == pytest.approx(told["drag"])
    assert told["elsewhere"] > 0
    assert told["p10"] <= told["p50"] <= told["p90"]
    assert theirs.key not in answer.content.decode()


def test_teams_take_as_many_queries_for_many_items(api, vic, make_debt):
    counts = []
    for _ in range(2):
        make_debt()
        with CaptureQueriesContext(connection) as asked:
            api(vic).get("/api/v1/debt-totals/PAY/teams/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_parameters_of_score_models_are_there(api, grace):
    (model,) = api(grace).get("/api/v1/debt-models/").json()["results"]
    assert (model["number"], model["parameters"]["horizon_months"]) == (1, 12)
    assert api(grace).get("/api/v1/debt-models/1/").json() == model


# Saved views


def test_views_of_the_register_are_kept_and_open_first(api, mel, vic, product):
    body = {"product": "PAY", "name": "Mine", "query": "tab=mine"}
    made = api(mel).post("/api/v1/debt-views/", body, format="json")
    assert made.status_code == 201
    address = f"/api/v1/debt-views/{made.json()['id']}/"
    opened = api(mel).put(f"{address}opens/", {"opens_first": True}, format="json")
    assert opened.json()["opens_first"] is True
    assert api(vic).get(address).status_code == 404
    assert "/p/PAY/debt/?tab=mine" in made.json()["url"]
    assert api(mel).delete(address).status_code == 204
