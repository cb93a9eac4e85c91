"""Whose debt a file is: CODEOWNERS before the component's owner, and history after both."""

import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from debt import owning, services
from debt.csv_import import applying, reading
from debt.csv_import.planning import Planner
from debt.models import DebtItem, HistoryRun, OwnersFile
from tests.debt.mining.repositories import DAY, Made
from tests.debt.test_histories import read_log
from tests.debt.test_one_history import read_as
from tpm.models import Change, Component, Job, Team

TODAY = int(timezone.now().timestamp())
TEXT = "* @acme/all\n\n/billing/ @acme/rails @mel\n/billing/free/\n*.sql dba@acme.org\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def other(product, make_team):
    return make_team(product, name="Second", slug="second")


@pytest.fixture
def web(product, other):
    part = Component.objects.create(
        key="web", name="Web", owner_team=other, path_prefixes=["web/", "billing/"]
    )
    part.products.add(product)
    return part


@pytest.fixture
def given(product, ada):
    return services.give_owners(product, by=ada, repository="shop", text=TEXT)


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "shop")


def suggested(product, *texts, **more):
    return owning.Suggester(product).of(texts, **more)


def read(product, made):
    return services.read_repository(product, made.path, by=None)


# from git


def test_a_reading_finds_the_codeowners_of_its_tip(product, made):
    made.commit({"CODEOWNERS": "* @old\n", "a.py": "1\n"}, at=TODAY - DAY)
    made.commit({"CODEOWNERS": "* @new\n"}, at=TODAY)
    run = read(product, made)
    (row,) = owning.files_of(product)
    assert (row.run, row.place, row.text) == (run, "CODEOWNERS", "* @new\n")


def test_a_bare_repository_has_its_codeowners_read(product, made, tmp_path):
    made.commit({"docs/CODEOWNERS": "* @a\n"}, at=TODAY)
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    services.read_repository(product, tmp_path / "bare.git", by=None)
    assert [row.place for row in owning.files_of(product)] == ["docs/CODEOWNERS"]


@pytest.mark.parametrize(
    ("places", "first"),
    [
        (("CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"), ".github/CODEOWNERS"),
        (("docs/CODEOWNERS", "CODEOWNERS", ".gitlab/CODEOWNERS"), "CODEOWNERS"),
        ((".gitlab/CODEOWNERS", "sub/CODEOWNERS"), ".gitlab/CODEOWNERS"),
    ],
)
def test_the_first_place_counts(product, made, places, first):
    made.commit(dict.fromkeys(places, "* @a\n"), at=TODAY)
    read(product, made)
    assert [row.place for row in owning.files_of(product)] == [first]


def test_where_only_gitlab_looks_its_rules_hold(product, made, team):
    made.commit({".gitlab/CODEOWNERS": "billing/tax.py @acme/rails\n"}, at=TODAY)
    read(product, made)
    assert suggested(product, "deep/billing/tax.py").team == team


def test_a_link_and_a_large_file_are_told_and_not_read(product, made, monkeypatch):
    made.commit({"secret": "* @a\n"}, at=TODAY - DAY)
    (made.path / "CODEOWNERS").symlink_to("secret")
    made.commit({}, at=TODAY)
    read(product, made)
    (row,) = owning.files_of(product)
    assert (row.text, row.note) == ("", "It is a link, which is not followed.")
    (made.path / "CODEOWNERS").unlink()
    monkeypatch.setattr("debt.mining.codeowners.MOST_BYTES", 5)
    made.commit({"CODEOWNERS": "* @acme/rails\n"}, at=TODAY)
    read(product, made)
    (row,) = owning.files_of(product)
    assert row.text == ""
    assert row.note.endswith("and was not read.")


def test_any_bytes_are_read(product, made):
    (made.path / "CODEOWNERS").write_bytes(b"\xef\xbb\xbf/\xff\0.py @a\r\n* @b")
    made.commit({}, at=TODAY)
    read(product, made)
    (row,) = owning.files_of(product)
    assert [rule.pattern for rule in owning.parsed(row).rules] == ["/\\xff.py", "*"]


def test_what_was_read_before_this_was_known_is_noted_by_the_next_reading(product, made):
    made.commit({"CODEOWNERS": "* @a\n"}, at=TODAY)
    run = read(product, made)
    OwnersFile.objects.all().delete()
    assert read(product, made).pk == run.pk
    assert [row.run for row in owning.files_of(product)] == [run]


def test_a_full_reading_that_is_cut_off_at_its_end_keeps_the_codeowners(product, made, monkeypatch):
    made.commit({"CODEOWNERS": "* @a\n", "a.py": "1\n"}, at=TODAY - DAY)
    read(product, made)
    made.git("commit", "-q", "--amend", "-m", "rewritten")

    def cut_off(_product):
        raise TimeoutError

    monkeypatch.setattr("debt.services.histories.refresh_figures", cut_off)
    with pytest.raises(TimeoutError):
        read(product, made)
    (row,) = owning.files_of(product)
    assert (row.text, row.run) == ("* @a\n", HistoryRun.objects.latest("pk"))


def test_an_upload_takes_no_codeowners_away(product, made):
    made.commit({"CODEOWNERS": "* @a\n", "a.py": "1\n"}, at=TODAY - DAY)
    read(product, made)
    read_as(product, "shop", ("aaaaaa1", 0, "b.py"))
    assert [row.text for row in owning.files_of(product)] == ["* @a\n"]


def test_the_same_again_writes_nothing(product, made):
    made.commit({"CODEOWNERS": "* @a\n"}, at=TODAY - DAY)
    read(product, made)
    made.commit({"a.py": "1\n"}, at=TODAY)
    read(product, made)
    assert HistoryRun.objects.count() == 2
    assert OwnersFile.objects.count() == 1


def test_a_file_that_is_gone_no_longer_counts(product, made, ada):
    made.commit({"CODEOWNERS": "* @a\n", "a.py": "1\n"}, at=TODAY - DAY)
    read(product, made)
    made.commit({"CODEOWNERS": None}, at=TODAY)
    run = read(product, made)
    assert owning.files_of(product) == []
    services.undo_run(run, by=ada)
    assert [row.text for row in owning.files_of(product)] == ["* @a\n"]


def test_a_reading_that_is_taken_back_takes_its_file_along(product, made, ada):
    made.commit({"CODEOWNERS": "* @a\n"}, at=TODAY)
    services.undo_run(read(product, made), by=ada)
    assert owning.files_of(product) == []


def test_the_command_says_which_lines_are_not_understood(product, made, root):
    made.commit({".github/CODEOWNERS": "* @a\n!b @a\n"}, at=TODAY)
    out = io.StringIO()
    call_command("mine_history", str(made.path), product="PAY", json=True, stdout=out)
    said = json.loads(out.getvalue())
    assert said["code owners"] == ".github/CODEOWNERS"
    (line,) = said["code owners, not understood"]
    assert line.startswith("line 2: ! takes nothing out again")


# what is suggested


def test_codeowners_come_before_the_owner_of_the_component(product, web, team, other, mel, given):
    found = suggested(product, "billing/tax.py:12")
    assert (found.component, found.team, found.owner) == (web, team, mel.person)
    assert found.team_why == found.owner_why == "from CODEOWNERS line 3"
    outside = suggested(product, "web/a.js")
    assert (outside.team, outside.team_why, outside.owner) == (other, "", None)


def test_a_line_without_owners_leaves_it_to_the_component(product, web, other, given):
    found = suggested(product, "billing/free/a.py")
    assert (found.team, found.team_why, found.owner) == (other, "", None)


def test_a_link_to_code_and_a_folder_are_asked_as_well(product, team, given):
    link = "https://github.com/acme/shop/blob/main/billing/tax.py#L3"
    assert suggested(product, link).team == team
    assert suggested(product, "billing/").team == team
    assert suggested(product, "x/billing/").team is None


@pytest.mark.parametrize("text", ["Every Monday / Thursday.", "https://acme.org/billing/tax.py"])
def test_sentences_and_other_links_ask_nobody(product, ada, text):
    services.give_owners(product, by=ada, repository="shop", text="* @acme/rails")
    assert suggested(product, text).team is None


def test_of_two_repositories_the_one_that_knows_the_file_speaks(product, team, other, ada):
    services.give_owners(product, by=ada, repository="shop", text="* @rails")
    services.give_owners(product, by=ada, repository="pay", text="* @second")
    read_log(product, ("aaaaaa1", 1, "pay.py"))
    found = suggested(product, "pay.py")
    assert (found.team, found.team_why) == (other, "from CODEOWNERS of pay, line 1")


def test_of_two_repositories_none_speaks_where_nothing_decides(product, team, other, ada):
    services.give_owners(product, by=ada, repository="alpha", text="* @acme/rails")
    services.give_owners(product, by=ada, repository="beta", text="/beta/x.py @acme/second")
    assert suggested(product, "beta/x.py").team is None
    read_log(product, ("aaaaaa1", 1, "other.py"))
    assert suggested(product, "beta/x.py").team is None


def test_of_two_repositories_that_know_a_file_none_speaks_unless_they_agree(product, team, ada):
    for name in ("shop", "mirror"):
        services.give_owners(product, by=ada, repository=name, text="* @acme/rails")
        read_as(product, name, ("aaaaaa1", 1, "pay.py"))
    assert suggested(product, "pay.py").team == team
    services.give_owners(product, by=ada, repository="mirror", text="* @mel", version=1)
    found = suggested(product, "pay.py")
    assert (found.team, found.owner) == (None, None)


def test_a_link_asks_the_repository_that_it_names(product, team, other, ada):
    services.give_owners(product, by=ada, repository="alpha", text="* @acme/rails")
    services.give_owners(product, by=ada, repository="acme/beta", text="* @acme/second")
    for link, owner in (
        ("https://github.com/acme/alpha/blob/main/x.py", team),
        ("https://gitlab.com/big/Acme/Beta/-/blob/main/x.py", other),
        ("https://github.com/other/beta/blob/main/x.py", None),
    ):
        assert suggested(product, link).team == owner


def test_a_link_to_a_repository_without_codeowners_asks_no_other(product, web, other, ada):
    services.give_owners(product, by=ada, repository="alpha", text="* @acme/rails")
    Component.objects.update(repository="alpha")
    read_as(product, "beta", ("aaaaaa1", 1, "y.py"))
    found = suggested(product, "https://github.com/acme/beta/blob/main/web/x.py")
    assert (found.component, found.team) == (None, None)
    found = suggested(product, "https://github.com/acme/alpha/blob/main/web/x.py")
    assert found.component == web


def test_history_of_another_repository_than_a_link_names_is_not_asked(product, web, other):
    changes = [(f"aaaaaa{n}", n + 1, "tools/make.py", "web/a.js") for n in range(3)]
    read_as(product, "alpha", *changes)
    read_as(product, "beta", ("bbbbbb1", 1, "b.py"))
    link = "https://github.com/acme/{}/blob/main/tools/make.py"
    assert suggested(product, link.format("alpha")).team == other
    assert suggested(product, link.format("beta")).team is None


@pytest.mark.parametrize(
    "text", ["Slow.", "e.g.", "and/or", "www.acme.com/wiki", "https://wiki.acme.com/src/x/y"]
)
def test_a_word_with_a_dot_or_a_slash_is_no_file(product, ada, team, text):
    services.give_owners(product, by=ada, repository="shop", text="* @acme/rails")
    assert suggested(product, text).team is None
    item = services.log_debt_item(product, by=ada, title="Slow", paths=[text])
    assert item.evidence.get().kind != "path"


def test_what_history_or_a_component_knows_is_a_file_whatever_it_is_called(product, team, web, ada):
    services.give_owners(product, by=ada, repository="shop", text="* @acme/rails")
    assert suggested(product, "bin/run").team is None
    assert suggested(product, "web/run").team == team
    read_log(product, ("aaaaaa1", 1, "bin/run", "Dockerfile", "docs/My page.md"))
    for text in ("bin/run", "bin", "Dockerfile", "docs/My page.md"):
        assert suggested(product, text).team == team
    assert suggested(product, "and/or").team is None


def test_a_component_of_one_repository_asks_that_one(product, web, team, ada, given):
    Component.objects.update(repository="pay")
    assert suggested(product, "billing/tax.py").team_why == ""


def test_patterns_made_to_hang_leave_it_to_the_component(product, web, other, ada, monkeypatch):
    monkeypatch.setattr("debt.mining.codeowners.MOST_STEPS", 1)
    services.give_owners(product, by=ada, repository="shop", text="* @rails\n**/?/**/? @rails")
    assert suggested(product, "billing/x/y/tax.py").team == other


def test_many_files_of_one_item_share_one_limit(product, team, ada, monkeypatch):
    monkeypatch.setattr("debt.mining.codeowners.MOST_STEPS", 40)
    services.give_owners(product, by=ada, repository="shop", text="*a*.py @rails\n" * 10)
    asker = owning.Suggester(product)
    asker.of([f"x/{n}.py" for n in range(9)])
    assert asker.of(["xab.py"]).team is None
    assert suggested(product, "xab.py").team == team


def test_a_file_that_was_asked_for_is_not_matched_again(product, team, given):
    asker = owning.Suggester(product)
    assert asker.of(["billing/tax.py"]).team == team
    left = asker.steps.left
    assert asker.of(["billing/tax.py"]).team == team
    assert asker.steps.left == left


def test_an_item_takes_no_more_evidence_than_a_request_may_ask_for(api, mel, product):
    body = {"product": "PAY", "title": "Slow"}
    for name in ("evidence", "files"):
        answer = api(mel).post(
            "/api/v1/debt-items/", body | {name: [f"a/{n}.py" for n in range(101)]}, format="json"
        )
        assert answer.status_code == 400
        assert list(answer.json()) == [name]
    assert not DebtItem.objects.exists()


def test_history_names_the_team_whose_code_changes_with_it(product, web, other):
    changes = [(f"aaaaaa{n}", n + 1, "tools/make.py", "web/a.js") for n in range(3)]
    read_log(product, *changes, ("bbbbbb1", 2, "tools/make.py"))
    found = suggested(product, "tools/make.py")
    assert (found.component, found.team, found.owner) == (None, other, None)
    assert found.team_why == "from history: 3 of 4 changes touch its code"


def test_history_of_two_changes_names_nobody(product, web):
    read_log(product, *[(f"aaaaaa{n}", n + 1, "tools/make.py", "web/a.js") for n in range(2)])
    assert suggested(product, "tools/make.py").team is None


def test_of_two_teams_whose_code_changes_as_often_history_names_neither(product, web, team):
    Component.objects.create(
        key="pay", name="Pay", owner_team=team, path_prefixes=["pay/"]
    ).products.add(product)
    both = [(f"aaaaaa{n}", n + 1, "tools/make.py", "web/a.js", "pay/a.py") for n in range(3)]
    read_log(product, *both)
    assert suggested(product, "tools/make.py").team is None
    read_log(product, ("bbbbbb1", 1, "tools/make.py", "pay/a.py"))
    assert suggested(product, "tools/make.py").team == team


def test_a_history_is_sorted_by_team_once_for_a_whole_table(product, web, other, monkeypatch):
    read_log(product, *[(f"aaaaaa{n}", n + 1, "tools/make.py", "web/a.js") for n in range(3)])
    sorted_out, sort = [], owning.owners_in
    monkeypatch.setattr(
        owning, "owners_in", lambda told, parts: sorted_out.append(told) or sort(told, parts)
    )
    asker = owning.Suggester(product)
    for text in ("tools/make.py", "tools/", "./tools/make.py:3"):
        assert asker.of([text]).team == other
    assert len(sorted_out) == 1


def test_a_row_of_a_table_is_asked_about_by_what_the_team_of_its_files_has(product, team, given):
    rows = [reading.Row(1, {"title": "Slow", "files": "billing/tax.py", "interest": "9999"})]
    (planned,) = Planner(product).plan(rows)
    assert planned.payer == team
    assert planned.asked[0].startswith("Rails has")


# every door


def test_a_typed_line_takes_team_and_owner_and_says_from_where(
    client_of, mel, product, web, team, other, given
):
    browser = client_of(mel)
    shown = browser.get("/p/PAY/debt/preview/", {"line": "Slow billing/tax.py"}).content.decode()
    assert '<span class="k">From the path</span>Web</span>' in shown
    assert '<span class="k">Team</span>Rails, from CODEOWNERS line 3</span>' in shown
    assert '<span class="k">Owner</span>Mel' in shown
    browser.post("/p/PAY/debt/", {"line": "Slow billing/tax.py"})
    item = DebtItem.objects.get()
    assert (item.component, item.team, item.owner) == (web, team, mel.person)
    (logged,) = Change.objects.filter(action="logged")
    assert logged.why.startswith("Team Rails, from CODEOWNERS line 3. Owner Mel")


def test_a_named_team_comes_before_codeowners(client_of, mel, product, web, other, given):
    browser = client_of(mel)
    line = {"line": "Slow billing/tax.py @second"}
    assert "Rails" not in browser.get("/p/PAY/debt/preview/", line).content.decode()
    browser.post("/p/PAY/debt/", line)
    assert DebtItem.objects.get().team == other
    assert "Team" not in Change.objects.get(action="logged").why


def test_a_named_person_comes_before_codeowners(client_of, mel, ada, product, team, given):
    browser = client_of(mel)
    line = {"line": "Slow billing/tax.py @ada"}
    shown = browser.get("/p/PAY/debt/preview/", line).content.decode()
    assert '<span class="k">Owner</span>Ada' in shown
    assert "Mel" not in shown
    browser.post("/p/PAY/debt/", line)
    item = DebtItem.objects.get()
    assert (item.title, item.team, item.owner) == ("Slow billing/tax.py", team, ada.person)


@pytest.mark.parametrize(
    ("said", "found", "taken"),
    [
        ({}, ("billing", "rails", True), "Team Rails, from CODEOWNERS line 3."),
        ({"team": None}, ("billing", None, True), "Owner"),
        ({"team": None, "owner": None}, ("billing", None, False), ""),
        ({"component": None}, (None, "rails", True), "Team Rails"),
        ({"component": None, "team": None, "owner": None}, (None, None, False), ""),
    ],
)
def test_who_is_said_to_be_nobody_over_rest_is_not_looked_for(
    api, mel, product, billing, team, said, found, taken
):
    text = f"# who\n\nbilling/ @acme/{team.slug} @{mel.username}\n"
    services.give_owners(product, by=mel, repository="shop", text=text)
    body = {"product": "PAY", "title": "Slow", "evidence": ["billing/tax.py"]} | said
    for dry in ("?dry_run=1", ""):
        told = api(mel).post(f"/api/v1/debt-items/{dry}", body, format="json").json()
        assert (told["component"], told["team"], told["owner"] is not None) == found
        assert told["taken_from"].startswith(taken)
        assert bool(told["taken_from"]) is bool(taken)
    item = DebtItem.objects.get()
    assert (item.team and item.team.slug, item.owner is not None) == found[1:]


def test_a_cost_is_asked_about_without_a_team_where_none_was_said(api, mel, product, team, given):
    body = {"product": "PAY", "title": "Slow", "evidence": ["billing/tax.py"], "team": None}
    answer = api(mel).post(
        "/api/v1/debt-items/", body | {"interest": [900, 1000, 1100]}, format="json"
    )
    assert answer.status_code == 400
    assert answer.json()["interest"][0].startswith("Payments has ")


def test_the_api_says_where_it_took_them_from(api, mel, product, team, given):
    body = {"product": "PAY", "title": "Slow", "evidence": ["billing/tax.py"]}
    dry = api(mel).post("/api/v1/debt-items/?dry_run=1", body, format="json").json()
    row = api(mel).post("/api/v1/debt-items/", body, format="json").json()
    for name in ("team", "owner", "component", "taken_from"):
        assert dry[name] == row[name]
    assert (row["team"], row["owner"]) == ("rails", mel.person.pk)
    assert row["taken_from"].startswith("Team Rails, from CODEOWNERS line 3.")
    body |= {"team": None, "owner": None, "evidence": []}
    row = api(mel).post("/api/v1/debt-items/", body, format="json").json()
    assert (row["team"], row["taken_from"]) == (None, "")


def test_the_command_says_where_it_took_them_from(product, mel, team, given):
    out = io.StringIO()
    call_command("log_debt", "Slow billing/a.py", product="PAY", by="mel", stdout=out)
    assert "Team Rails, from CODEOWNERS line 3." in out.getvalue()


def test_a_table_with_files_takes_them_too(client_of, ada, mel, product, team, given, settings,
                                           tmp_path):  # fmt: skip
    settings.DATA_DIR = tmp_path
    table = "title,files\nSlow,billing/tax.py; https://acme.org/x\nOther,\n"
    browser = client_of(ada)
    answer = browser.post("/p/PAY/debt/import/", {"text": table})
    shown = browser.get(answer.url).content.decode()
    assert "team: Rails, from CODEOWNERS line 3." in shown
    browser.post(answer.url)
    applying.run_import(Job.objects.get(kind=applying.IMPORT).pk)
    item = DebtItem.objects.get(title="Slow")
    assert (item.team, item.owner) == (team, mel.person)
    assert {(row.kind, row.text) for row in item.evidence.all()} == {
        ("path", "billing/tax.py"), ("link", "https://acme.org/x"),
    }  # fmt: skip
    assert DebtItem.objects.get(title="Other").team is None


def test_the_form_of_an_item_says_whom_its_files_name(client_of, mel, product, web, team, given):
    services.log_debt_item(
        product, by=mel, title="Slow", paths=["billing/tax.py"],
        team=Team.objects.get(slug="second"),
    )  # fmt: skip
    shown = client_of(mel).get("/d/PAY-D1/edit/").content.decode()
    assert "Rails, from CODEOWNERS line 3." in shown
    assert ", from CODEOWNERS line 3." not in shown.replace("Rails, from", "")
