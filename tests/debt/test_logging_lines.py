"""One line logs a debt: from anywhere, over the API, and as evidence of what is there."""

import pytest

from debt.models import DebtItem

API = "/api/v1/debt-items/"
pytestmark = pytest.mark.django_db


def html_of(client, address: str) -> str:
    return client.get(address).content.decode()


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
