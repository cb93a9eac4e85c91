"""The page of CODEOWNERS and its API: giving a file, naming its names, asking whose a file is."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from debt import owning, services
from debt.models import OwnerName, OwnersFile
from tests.debt.mining.repositories import NOW, Made

PAGE = "/p/PAY/debt/history/owners/"
FILES, NAMES = "/api/v1/code-owners/", "/api/v1/owner-names/"
TEXT = "* @acme/all\n/billing/ @acme/rails\na[b] @x<i>\n!no @y\n"
pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of, ada):
    return client_of(ada)


@pytest.fixture
def given(product, ada):
    return services.give_owners(product, by=ada, repository="shop", text=TEXT)


def text(response):
    return unescape(response.content.decode())


def test_without_a_file_the_page_says_what_counts(page, product):
    assert "new debt takes the team that owns its component" in text(page.get(PAGE))


@pytest.mark.parametrize("as_file", [True, False])
def test_a_file_is_given_as_a_file_or_as_text(page, product, as_file):
    file = {"file": SimpleUploadedFile("CODEOWNERS", b"\xef\xbb\xbf" + TEXT.encode())}
    body = {"repository": "shop"} | (file if as_file else {"text": TEXT.replace("\n", "\r\n")})
    assert page.post(PAGE, body).url == PAGE
    (row,) = owning.files_of(product)
    assert (row.repository, row.text, row.by.username) == ("shop", TEXT, "ada")


def test_lines_that_are_not_understood_are_shown_with_their_number_and_reason(page, given):
    html = page.get(PAGE).content.decode()
    assert "Line&nbsp;</span>3</th>" in html
    assert "a[b] @x&lt;i&gt;" in html
    assert "@x<i>" not in html
    assert "! takes nothing out again" in text(page.get(PAGE))
    assert "2 lines name owners" in html


def test_what_is_refused_stays_in_the_form_with_its_reason(page, product):
    answer = page.post(PAGE, {"repository": "shop", "text": "tax.py tom"})
    assert answer.status_code == 422
    assert "tax.py tom</textarea>" in text(answer)
    assert "Line 1: “tom” is no owner" in text(answer)
    assert not OwnersFile.objects.exists()


def test_a_file_and_text_at_once_are_one_too_many(page, product):
    body = {"file": SimpleUploadedFile("CODEOWNERS", b"* @a"), "text": "* @b", "repository": "x"}
    answer = page.post(PAGE, body)
    assert (answer.status_code, "one of the two" in text(answer)) == (422, True)


def test_a_file_over_the_limit_is_refused(page, product, monkeypatch):
    monkeypatch.setattr("debt.mining.codeowners.MOST_BYTES", 3)
    body = {"file": SimpleUploadedFile("CODEOWNERS", b"* @a"), "repository": "x"}
    assert "larger than 1 MB" in text(page.post(PAGE, body))


def test_a_given_file_is_changed_and_taken_away(page, product, given):
    shown = text(page.get(PAGE, {"edit": "shop"}))
    assert "/billing/ @acme/rails" in shown
    assert 'name="version" value="1"' in shown
    page.post(PAGE, {"repository": "shop", "text": "* @b", "version": "1"})
    assert owning.files_of(product)[0].text == "* @b"
    stale = page.post(PAGE, {"repository": "shop", "text": "* @c", "version": "1"})
    assert (stale.status_code, "* @c</textarea>" in text(stale)) == (409, True)
    page.post(PAGE, {"repository": "shop", "text": "", "version": "2"})
    assert owning.files_of(product) == []


def test_one_that_git_has_is_changed_there(page, product, tmp_path, ada):
    made = Made(tmp_path / "shop")
    tip = made.commit({"CODEOWNERS": "* @a\n"}, at=NOW)
    services.read_repository(product, made.path, by=ada)
    shown = text(page.get(PAGE))
    assert f"CODEOWNERS, read from git at {tip[:10]}" in shown
    assert "?edit=" not in shown
    answer = page.post(PAGE, {"repository": "shop", "text": "* @b"})
    assert "CODEOWNERS of shop is read from git: change it there." in text(answer)


def test_a_name_is_given_a_team_and_let_go_again(page, product, team, given):
    body = {"name": "@acme/all", "who": f"team:{team.slug}", "version": "0"}
    assert page.post(PAGE, body).url == PAGE
    assert owning.Suggester(product).of(["a.py"]).team == team
    assert f'<option value="team:{team.slug}" selected>' in text(page.get(PAGE))
    page.post(PAGE, {"name": "@acme/all", "who": "", "version": "1"})
    assert not OwnerName.objects.filter(gone=False).exists()


@pytest.mark.parametrize("who", ["team:none", "person:1x", "person:999999", "king:1"])
def test_a_name_means_nobody_of_elsewhere(page, product, given, who):
    answer = page.post(PAGE, {"name": "@acme/all", "who": who, "version": "0"})
    assert answer.status_code == 422
    assert "Choose a team or a person of this product." in text(answer)


def test_a_name_that_somebody_gave_meanwhile_is_shown_in_its_row(page, product, team, mel, given):
    services.say_owner_name(product, by=mel, name="@acme/all", team=team, person=None)
    body = {"name": "@acme/all", "who": f"person:{mel.person.pk}", "version": "0"}
    answer = page.post(PAGE, body)
    assert answer.status_code == 409
    assert "Somebody said something else meanwhile" in text(answer)
    assert f'<option value="person:{mel.person.pk}" selected>' in text(answer)


def version_in(html):
    return re.search(r'name="version" value="(\d+)" id="id_version"', html)[1]


def test_a_conflict_shows_theirs_beside_mine_and_the_next_press_keeps_mine(
    page, product, given, lena
):
    """The form kept the version that was refused: every press was refused again."""
    services.give_owners(product, by=lena, repository="shop", text="* @theirs", version=1)
    stale = page.post(PAGE, {"repository": "shop", "text": "* @mine", "version": "1"})
    html = text(stale)
    assert stale.status_code == 409
    assert "* @mine</textarea>" in html
    assert re.search(r'<textarea[^>]*id="theirs"[^>]*readonly>\s*\* @theirs</textarea>', html)
    body = {"repository": "shop", "text": "* @mine", "version": version_in(html)}
    assert page.post(PAGE, body).status_code == 302
    assert owning.files_of(product)[0].text == "* @mine"


def test_a_file_of_a_conflict_stays_in_the_form_as_its_lines(page, product, given, lena):
    services.give_owners(product, by=lena, repository="shop", text="* @theirs", version=1)
    file = SimpleUploadedFile("CODEOWNERS", b"* @mine")
    stale = page.post(PAGE, {"repository": "shop", "text": "", "version": "1", "file": file})
    assert (stale.status_code, "* @mine</textarea>" in text(stale)) == (409, True)


def test_one_that_was_taken_away_meanwhile_is_kept_by_the_next_press(page, product, given, lena):
    services.give_owners(product, by=lena, repository="shop", text="", version=1)
    body = {"repository": "shop", "text": "* @mine", "version": "1"}
    stale = page.post(PAGE, body)
    assert (stale.status_code, "took it away meanwhile" in text(stale)) == (409, True)
    body["version"] = version_in(text(stale))
    assert page.post(PAGE, body).status_code == 302
    assert owning.files_of(product)[0].text == "* @mine"


def test_a_name_of_a_conflict_says_theirs_and_the_next_press_keeps_mine(
    page, product, team, mel, given
):
    services.say_owner_name(product, by=mel, name="@acme/all", team=team, person=None)
    body = {"name": "@acme/all", "who": f"person:{mel.person.pk}", "version": "0"}
    html = text(page.post(PAGE, body))
    assert f"They said: {team}." in html
    row = html[html.index('value="@acme/all"') :]
    body["version"] = re.search(r'name="version" value="(\d+)"', row)[1]
    assert page.post(PAGE, body).status_code == 302
    assert owning.Names(product).meaning("@acme/all") == mel.person


def test_a_name_that_no_row_has_any_more_is_refused_in_words(page, product, mel, given):
    body = {"name": "@gone", "who": f"person:{mel.person.pk}", "version": "3"}
    answer = page.post(PAGE, body)
    assert (answer.status_code, "took it away meanwhile" in text(answer)) == (409, True)


def test_a_file_chosen_beside_lines_that_were_changed_is_one_too_many(page, product, given):
    """The file won, and what was typed was lost without a word."""
    body = {"repository": "shop", "version": "1", "text": "* @typed"}
    both = body | {"file": SimpleUploadedFile("CODEOWNERS", b"* @file")}
    answer = page.post(PAGE, both)
    assert (answer.status_code, "one of the two" in text(answer)) == (422, True)
    assert "* @typed</textarea>" in text(answer)
    began_with = {"text": TEXT.replace("\n", "\r\n"), "file": SimpleUploadedFile("x", b"* @file")}
    assert page.post(PAGE, body | began_with).status_code == 302
    assert owning.files_of(product)[0].text == "* @file"


@pytest.mark.parametrize("blank", ["  \n", "\t", " "])
def test_lines_of_nothing_are_refused_at_their_place(page, api, ada, product, blank):
    answer = page.post(PAGE, {"repository": "shop", "text": blank})
    assert (answer.status_code, "Paste the lines" in text(answer)) == (422, True)
    body = {"product": "PAY", "repository": "shop", "text": blank}
    answer = api(ada).post(FILES, body, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["text"])


def test_a_list_of_files_reads_no_text(page, api, ada, product, given, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a text was read for a list")

    monkeypatch.setattr("debt.mining.codeowners.read", never)
    with CaptureQueriesContext(connection) as made:
        assert api(ada).get(FILES).json()["results"][0]["rules"] == 2
        assert "2 lines name owners" in text(page.get(PAGE))
    assert not [query for query in made if '"debt_ownersfile"."text",' in query["sql"]]


def test_names_that_mean_nobody_stand_first(page, team, given):
    html = text(page.get(PAGE))
    assert html.index("@acme/all</span>") < html.index("@acme/rails</span>")


def test_the_page_answers_whose_a_file_is(page, team, given):
    shown = text(page.get(PAGE, {"path": "billing/tax.py"}))
    assert f"{team}, from CODEOWNERS line 2" in shown
    assert "nobody is named" in shown


def test_a_member_reads_and_is_told_who_may(client_of, mel, given):
    shown = text(client_of(mel).get(PAGE))
    assert "<select" not in shown
    assert "To read the history of a repository in Payments you need the role planner." in shown


def test_the_page_of_histories_leads_there(page, given):
    shown = text(page.get("/p/PAY/debt/history/"))
    assert f'href="{PAGE}"' in shown
    assert "Known of shop." in shown


def test_many_lines_take_no_more_queries(page, product, ada, given, django_assert_max_num_queries):
    lines = "".join(f"/part{n}/ @acme/team{n}\n" for n in range(900))
    services.give_owners(product, by=ada, repository="shop", text=lines, version=1)
    page.get(PAGE)
    with django_assert_max_num_queries(25):
        shown = text(page.get(PAGE, {"path": "part7/a.py"}))
    assert "And 700 more." in shown


# over REST


def test_files_are_given_listed_and_read_over_the_api(api, ada, vic, team, product):
    body = {"product": "PAY", "repository": "shop", "text": TEXT}
    made = api(ada).post(FILES, body, format="json")
    assert (made.status_code, made.json()["text"]) == (200, TEXT)
    (row,) = api(vic).get(FILES, {"product": "PAY"}).json()["results"]
    assert (row["rules"], row["owners"], row["from_git"]) == (
        2,
        ["@acme/all", "@acme/rails"],
        False,
    )
    assert [one["line"] for one in row["problems"]] == [3, 4]
    assert api(vic).get(f"{FILES}{row['id']}/").json()["text"] == TEXT
    assert api(ada).post(FILES, body | {"text": "* @b"}, format="json").status_code == 409
    gone = api(ada).post(FILES, body | {"text": "", "version": 1}, format="json")
    assert gone.status_code == 204


def test_what_is_wrong_with_a_file_is_said_over_the_api(api, ada, product):
    body = {"product": "PAY", "repository": "shop", "text": "a tom"}
    answer = api(ada).post(FILES, body, format="json")
    assert answer.status_code == 400
    assert "Line 1: “tom” is no owner" in answer.json()["text"][0]


def test_names_are_said_and_let_go_over_the_api(api, ada, vic, team, mel, product):
    body = {"product": "PAY", "name": "@x", "team": team.slug}
    made = api(ada).post(NAMES, body, format="json").json()
    assert (made["name"], made["team"], made["version"]) == ("@x", team.slug, 1)
    assert api(ada).post(NAMES, body | {"team": "none"}, format="json").status_code == 400
    person = {"product": "PAY", "name": "@x", "person": mel.person.pk}
    assert api(ada).post(NAMES, person, format="json").status_code == 409
    (row,) = api(vic).get(NAMES, {"product": "PAY"}).json()["results"]
    assert row == made
    body = {"product": "PAY", "name": "@x", "version": 1}
    assert api(ada).post(NAMES, body, format="json").status_code == 204


@pytest.mark.parametrize("name", ["lead", "a b", "@", "payments/team", "ß" * 150])
def test_a_word_that_no_file_can_name_is_no_name(page, api, ada, team, product, name):
    body = {"product": "PAY", "name": name, "team": team.slug}
    answer = api(ada).post(NAMES, body, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["name"])
    assert "is no owner" in answer.json()["name"][0]
    shown = page.post(PAGE, {"name": name, "who": f"team:{team.slug}", "version": "0"})
    assert shown.status_code == 422
    assert not OwnerName.objects.exists()


def test_the_api_answers_whose_a_file_is(api, vic, team, given):
    row = api(vic).get(f"{FILES}whose/PAY/", {"path": "billing/tax.py"}).json()
    assert row == {
        "component": None, "team": team.slug, "team_from": "from CODEOWNERS line 2",
        "owner": None, "owner_from": "",
    }  # fmt: skip
