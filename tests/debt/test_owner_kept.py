"""A CODEOWNERS that a person gave, what is kept beside its text, and whom its names mean."""

import importlib

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from debt import owning, services
from debt.models import OwnerName, OwnersFile
from tests.debt.mining.repositories import NOW, Made
from tests.debt.test_histories import read_log
from tpm.editing import EditConflict
from tpm.models import Change

pytestmark = pytest.mark.django_db
kept = importlib.import_module("debt.migrations.0027_code_owners_kept")
TEXT = "* @acme/all\n\n/billing/ @acme/rails @mel\n/billing/free/\n*.sql dba@acme.org\n"


@pytest.fixture
def other(product, make_team):
    return make_team(product, name="Second", slug="second")


@pytest.fixture
def given(product, ada):
    return services.give_owners(product, by=ada, repository="shop", text=TEXT)


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "shop")


def read(product, made):
    return services.read_repository(product, made.path, by=None)


# given by a person


def test_a_given_file_counts_until_a_reading_finds_one(product, given, made, ada):
    assert owning.files_of(product) == [given]
    made.commit({"CODEOWNERS": "* @a\n"}, at=NOW)
    run = read(product, made)
    assert [row.run for row in owning.files_of(product)] == [run]
    with pytest.raises(ValidationError, match="is read from git: change it there"):
        services.give_owners(product, by=ada, repository="shop", text="* @b\n", version=1)


def test_giving_it_again_needs_the_version_that_was_read(product, given, ada):
    with pytest.raises(EditConflict):
        services.give_owners(product, by=ada, repository="shop", text="* @b", version=0)
    row = services.give_owners(product, by=ada, repository="shop", text="* @b", version=1)
    assert (row.version, row.text) == (2, "* @b")


def test_giving_no_text_takes_it_away(product, given, ada):
    assert services.give_owners(product, by=ada, repository="shop", text="", version=1) is None
    assert owning.files_of(product) == []
    assert not OwnersFile.objects.exclude(text="").exists()
    told = Change.objects.filter(product=product, action="changed").order_by("pk")
    assert [change.fields for change in told] == [
        {"CODEOWNERS of shop": [None, "3"]}, {"CODEOWNERS of shop": ["3", None]},
    ]  # fmt: skip


def test_one_given_anew_meanwhile_is_no_longer_the_one_that_was_read(product, given, ada, lena):
    """Taken away and given again it had version 1 once more: an old page wrote over it."""
    services.give_owners(product, by=lena, repository="shop", text="", version=1)
    with pytest.raises(EditConflict) as gone:
        services.give_owners(product, by=ada, repository="shop", text="* @old", version=1)
    assert (gone.value.instance.version, gone.value.theirs) == (0, {"text": ""})
    services.give_owners(product, by=lena, repository="shop", text="* @new")
    with pytest.raises(EditConflict) as conflict:
        services.give_owners(product, by=ada, repository="shop", text="* @old", version=1)
    assert conflict.value.theirs == {"text": "* @new"}
    assert [row.text for row in owning.files_of(product)] == ["* @new"]


def test_a_product_has_room_for_so_many_given_files(product, given, ada, monkeypatch):
    monkeypatch.setattr("debt.services.owners.MOST_GIVEN", 1)
    with pytest.raises(ValidationError, match="1 repositories have a file"):
        services.give_owners(product, by=ada, repository="pay", text="* @b")
    services.give_owners(product, by=ada, repository="shop", text="* @b", version=1)
    services.give_owners(product, by=ada, repository="shop", text="", version=2)
    assert services.give_owners(product, by=ada, repository="pay", text="* @b")


def test_what_a_file_says_stands_beside_its_text(product, given, made):
    """Lists of files read neither text nor rules: ten of 20,000 lines took 1.7 s each time."""
    assert (given.rules, given.gitlab) == (3, False)  # one of four names nobody
    assert given.owners == [
        ["@acme/all", 1], ["@acme/rails", 1], ["@mel", 1], ["dba@acme.org", 1],
    ]  # fmt: skip
    made.commit({".gitlab/CODEOWNERS": "[Pay] @a\nb\nc @a @b\n!d\n"}, at=NOW)
    read(product, made)
    row = OwnersFile.objects.get(place=".gitlab/CODEOWNERS")
    assert (row.rules, row.gitlab, row.owners) == (2, True, [["@a", 2], ["@b", 1]])
    assert [problem[0] for problem in row.problems] == [4]


def test_files_of_an_older_version_get_what_they_say(product, given):
    said = (given.rules, given.owners, given.problems)
    OwnersFile.objects.update(rules=0, owners=[], problems=[])
    kept.fill(apps, None)
    given.refresh_from_db()
    assert (given.rules, given.owners, given.problems) == said


def test_of_many_files_only_the_one_that_speaks_is_read(product, team, ada):
    for name in ("pay", "shop"):
        services.give_owners(product, by=ada, repository=name, text="* @acme/rails")
    read_log(product, ("aaaaaa1", 1, "pay.py"))  # of the repository pay
    suggester = owning.Suggester(product)
    assert suggester.of(["pay.py"]).team == team
    texts = {row.repository: "text" not in row.get_deferred_fields() for row in suggester.files}
    assert texts == {"pay": True, "shop": False}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Paste the lines"),
        (" \n\t", "Paste the lines"),
        ("# nothing\n", "No line of it names a pattern"),
        ("a tom\n", "Line 1: “tom” is no owner"),
        ("a @b\n" * 300_000, "larger than 1 MB"),
    ],
)
def test_what_is_no_codeowners_is_refused_with_the_reason(product, ada, text, why):
    with pytest.raises(ValidationError, match=why):
        services.give_owners(product, by=ada, repository="shop", text=text)


@pytest.mark.parametrize(
    "fields", [{"repository": "", "text": "x"}, {"repository": "a"}, {"repository": "shop"}]
)
def test_the_database_refuses_a_file_that_says_nothing_or_is_there(product, given, fields):
    values = {"text": "x" if fields["repository"] == "shop" else "", **fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnersFile.objects.create(product=product, **values)


# names


def test_names_are_found_by_slug_name_account_and_address(product, team, mel, make_team):
    make_team(product, name="Data Platform", slug="dp")
    mel.person.email = "mel@acme.org"
    mel.person.save()
    names = owning.Names(product)
    assert names.meaning("@acme/RAILS") == team
    assert names.meaning("@acme/sub/data-platform").slug == "dp"
    assert names.meaning("@rails") == team
    assert names.meaning("@Mel") == mel.person
    assert names.meaning("Mel@acme.org") == mel.person
    for nobody in ("@acme/none", "@nobody", "x@acme.org", "@@maintainer", "@acme/mel"):
        assert names.meaning(nobody) is None


def test_what_was_said_of_a_name_comes_first(product, team, other, mel, ada):
    services.say_owner_name(product, by=ada, name="@Acme/Rails", team=other, person=None)
    services.say_owner_name(product, by=ada, name="@x", team=None, person=mel.person)
    names = owning.Names(product)
    assert (names.meaning("@acme/rails"), names.meaning("@x")) == (other, mel.person)
    services.say_owner_name(
        product, by=ada, name="@acme/rails", team=None, person=None, version=1
    )  # fmt: skip
    assert owning.Names(product).meaning("@acme/rails") == team


def test_a_name_that_two_have_means_nobody(product, make_team):
    make_team(product, name="A b", slug="one")
    make_team(product, name="A-b", slug="two")
    assert owning.Names(product).meaning("@acme/a-b") is None


def test_a_name_means_a_team_and_a_person_of_this_product(product, other_product, make_team, ada):
    foreign = make_team(other_product, name="Foreign", slug="foreign")
    with pytest.raises(ValidationError, match="does not work for Payments"):
        services.say_owner_name(product, by=ada, name="@x", team=foreign, person=None)


def test_a_name_means_one(product, team, mel, ada):
    with pytest.raises(ValidationError, match="one team or one person"):
        services.say_owner_name(product, by=ada, name="@x", team=team, person=mel.person)
    for values in ({}, {"team": team, "person": mel.person}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OwnerName.objects.create(product=product, name="@x", **values)


def test_a_name_said_anew_meanwhile_is_no_longer_the_one_that_was_read(product, team, other, ada):
    said = {"name": "@x", "person": None}
    for who, version in ((team, 0), (None, 1), (other, 0)):
        services.say_owner_name(product, by=ada, team=who, version=version, **said)
    with pytest.raises(EditConflict) as conflict:
        services.say_owner_name(product, by=ada, team=team, version=1, **said)
    assert conflict.value.theirs["team"] == str(other)
    assert owning.Names(product).meaning("@x") == other


def test_a_name_that_was_taken_back_means_whoever_is_called_so(product, team, other, ada):
    for who, version in ((other, 0), (None, 1)):
        services.say_owner_name(
            product, by=ada, name="@rails", team=who, person=None, version=version
        )
    assert owning.Names(product).meaning("@rails") == team
    assert not owning.names_visible_to(ada).exists()
    with pytest.raises(EditConflict) as gone:
        services.say_owner_name(product, by=ada, name="@rails", team=other, person=None, version=1)
    assert gone.value.instance.version == 0


def test_saying_it_again_needs_the_version_that_was_read(product, team, other, ada):
    services.say_owner_name(product, by=ada, name="@x", team=team, person=None)
    with pytest.raises(EditConflict):
        services.say_owner_name(product, by=ada, name="@x", team=other, person=None)
