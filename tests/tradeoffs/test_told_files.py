"""Who is consulted and informed, in files and over REST."""

import pytest

from tests.tradeoffs.reading import read
from tpm.models import Level, Person
from tradeoffs import export, exporting, import_services, queries_told, records, services
from tradeoffs.import_services import Source
from tradeoffs.import_services.undoing import Undo
from tradeoffs.models import Decision, DecisionView, Involved, RecordFile

HEAD = '---\nstatus: "{status}"\ndecision-makers: "Lena"\nconsulted: "Ada, Nobody Known"\n'
BODY = """informed: [Vic]
---

# Which store?

## Context and Problem Statement

Orders.

## Considered Options

* Postgres
* SQLite

## Decision Outcome

Chosen option: "Postgres", because it is here.
"""
TEXT = HEAD.format(status="proposed") + BODY


@pytest.fixture
def bring(product, mel, ada, vic, lena):
    def run(text=TEXT):
        source = Source("adr", [("0001-store.md", text.encode())])
        return import_services.import_records(product, source, by=mel)

    return run


def told():
    return {(row.person.name, row.role) for row in Involved.objects.select_related("person")}


def file_now():
    (file,) = exporting.exported(Decision.objects.all(), viewer=None)
    return file.data.decode()


def test_a_file_names_people_we_know_and_invents_none(bring):
    bring()
    assert told() == {("Ada", "consulted"), ("Vic", "informed")}
    assert RecordFile.objects.get().people["consulted"] == ["Ada", "Nobody Known"]
    assert not Person.objects.filter(name="Nobody Known").exists()


def test_what_nobody_edited_comes_out_byte_for_byte(bring, ada, vic):
    bring()
    assert file_now() == TEXT
    Person.objects.filter(pk=ada.person.pk).update(name="Ada Obi")
    assert file_now() == TEXT  # the same person, under another name
    Person.objects.filter(pk=vic.person.pk).delete()
    assert file_now() == TEXT  # gone, not taken out of the decision


def test_who_is_told_here_changes_their_lines_alone(bring, mel, ada, lena, vic):
    bring()
    decision = Decision.objects.get()
    services.involve(decision, by=mel, consulted=[lena.person], informed=[vic.person, ada.person])
    assert file_now() == TEXT.replace('"Ada, Nobody Known"', '"Nobody Known, Lena"').replace(
        "[Vic]", '["Vic", "Ada"]'
    )
    services.involve(decision, by=mel, consulted=[], informed=[])
    assert "\ninformed: []\n" in file_now()
    assert records.parse("1.md", file_now()).people["informed"] == []


def test_a_later_file_takes_out_whom_it_no_longer_names_and_undo_brings_them_back(
    bring, product, mel, lena
):
    bring()
    decision = Decision.objects.get()
    services.involve(
        decision, by=mel, informed=[*informed(decision)],
        consulted=[*consulted(decision), lena.person],
    )  # fmt: skip
    done = bring(TEXT.replace("Ada, Nobody Known", "Mel").replace("[Vic]", "[Vic, Ada]"))
    assert told() == {
        ("Mel", "consulted"), ("Lena", "consulted"), ("Vic", "informed"), ("Ada", "informed"),
    }  # fmt: skip
    Undo(product, done["batch"], by=mel, progress=lambda n: None).run()
    assert told() == {("Ada", "consulted"), ("Lena", "consulted"), ("Vic", "informed")}


def consulted(decision):
    return Person.objects.filter(pk__in=decision.involved.filter(role="consulted").values("person"))


def informed(decision):
    return Person.objects.filter(pk__in=decision.involved.filter(role="informed").values("person"))


def test_what_was_decided_long_ago_is_no_news(bring, product, vic):
    bring(HEAD.format(status="accepted") + 'date: "2020-01-01"\n' + BODY)
    assert Decision.objects.get().decided_at is not None
    assert told() == {("Ada", "consulted"), ("Vic", "informed")}
    assert not queries_told.told(vic, product).exists()


def test_a_name_that_two_people_share_names_neither(bring, make_user, product):
    from tests.conftest import with_level

    with_level(make_user("Second"), product, Level.VIEWER)
    Person.objects.filter(name="Second").update(name="ada")
    bring()
    assert told() == {("Vic", "informed")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("consulted:\n  - Ada\n  - Bo\n", 'consulted:\n  - "Bo"\n  - "Cy"\n'),
        ("consulted: Ada, Bo\n", 'consulted: "Bo, Cy"\n'),
        ("consulted: [Ada, Bo]\n", 'consulted: ["Bo", "Cy"]\n'),
        ("", 'consulted: "Bo, Cy"\n'),
    ],
)
@pytest.mark.parametrize("nl", ["\n", "\r\n"])
def test_names_keep_the_form_of_their_file(before, after, nl):
    start, end = "---\nstatus: accepted\ndate: 2024-01-02\n", "---\n\n# Which?\n\nx\n"
    text = f"{start}{before}{end}".replace("\n", nl)
    done = records.patch(text, {"consulted": ["Bo", "Cy"]}, path="0001-a.md")
    assert done == f"{start}{after}{end}".replace("\n", nl)
    assert records.parse("0001-a.md", done).people["consulted"] == ["Bo", "Cy"]


def test_a_format_without_a_place_for_them_stays_as_it_is():
    text = "# 1. A\n\n## Status\n\nAccepted\n\n## Context\n\nx\n"
    assert records.patch(text, {"consulted": ["Bo"]}, path="0001-a.md") == text


def test_our_own_record_names_them_and_reads_as_it_is(in_review, mel, ada, vic, lena):
    services.involve(in_review, by=mel, consulted=[ada.person], informed=[])
    assert '\nconsulted: "Ada"\n---\n' in export.as_markdown(read(in_review))
    services.review(
        in_review, by=lena, version=None, verdict="approve", reason="Yes",
        chosen=in_review.options.first(),
    )  # fmt: skip
    services.involve(in_review, by=mel, consulted=[], informed=[vic.person, ada.person])
    text = export.as_markdown(read(in_review))
    assert records.parse("1.md", text).people["informed"] == ["Ada", "Vic"]
    assert "consulted" not in text


# Over REST


@pytest.fixture
def call(client_of):
    def ask(user, method, path, **body):
        send = getattr(client_of(user), method)
        more = {} if method == "get" else {"data": body, "content_type": "application/json"}
        return send(f"/api/v1{path}", **more)

    return ask


def test_who_is_told_is_said_over_rest(call, in_review, mel, ada, vic, lena, other_product):
    where = f"/decisions/{in_review.key}/told/"
    body = {"consulted": [ada.person.pk], "informed": [vic.person.pk], "version": 0}
    assert call(vic, "put", where, **body).status_code == 403
    made = call(mel, "put", where, **body)
    assert made.json() == {
        "consulted": [{"id": ada.person.pk, "name": "Ada"}],
        "informed": [{"id": vic.person.pk, "name": "Vic"}],
        "version": services.told_version(in_review.involved.all()),
    }
    assert call(vic, "get", where).json() == made.json()
    read = made.json()["version"]
    twice = call(mel, "put", where, consulted=[ada.person.pk], informed=[ada.person.pk],
                 version=read)  # fmt: skip
    assert (twice.status_code, list(twice.json())) == (400, ["informed"])
    stranger = Person.objects.create(name="Elsewhere")
    elsewhere = call(mel, "put", where, consulted=[stranger.pk], informed=[], version=read)
    assert (elsewhere.status_code, list(elsewhere.json())) == (400, ["consulted"])


def test_who_is_told_is_said_by_one_of_two_who_read_it_at_once(call, in_review, mel, ada, vic):
    where = f"/decisions/{in_review.key}/told/"
    said = {"consulted": [ada.person.pk], "informed": []}
    unread = call(mel, "put", where, **said)
    assert (unread.status_code, list(unread.json())) == (400, ["version"])
    assert call(mel, "put", where, **said, version=0).status_code == 200
    late = call(ada, "put", where, consulted=[], informed=[vic.person.pk], version=0)
    assert late.status_code == 409
    assert late.json()["theirs"] == {"consulted": "Ada", "informed": ""}
    assert late.json()["mine"] == {"consulted": "", "informed": "Vic"}
    assert call(mel, "put", where, **said, version=0).status_code == 200  # so it is already
    again = call(ada, "put", where, consulted=[], informed=[vic.person.pk],
                 version=late.json()["version"])  # fmt: skip
    assert again.status_code == 200


def test_a_notice_is_listed_and_ended_over_rest(call, in_review, mel, vic, lena):
    services.involve(in_review, by=mel, consulted=[], informed=[vic.person])
    news = "/decisions/?told=new"
    assert call(vic, "get", news).json()["results"] == []
    services.review(
        in_review, by=lena, version=None, verdict="approve", reason="Yes",
        chosen=in_review.options.first(),
    )  # fmt: skip
    assert [row["key"] for row in call(vic, "get", news).json()["results"]] == [in_review.key]
    assert call(mel, "get", news).json()["results"] == []
    assert call(vic, "post", f"/decisions/{in_review.key}/told/seen/").json() == {"seen": 1}
    assert call(vic, "get", news).json()["results"] == []


def test_views_are_kept_shared_opened_and_deleted_over_rest(call, product, ada, vic, lena):
    made = call(ada, "post", "/decision-views/", product="PAY", name="Hard", query="?tier=3&page=2")
    assert made.status_code == 201
    view = DecisionView.objects.get()
    assert (view.query, made.json()["url"]) == ("tier=3", view.get_absolute_url())
    where = f"/decision-views/{view.pk}/"
    assert call(vic, "get", where).status_code == 404
    assert call(ada, "patch", where, shared=True).json()["shared"] is True
    assert call(vic, "get", "/decision-views/?product=PAY").json()["results"][0]["name"] == "Hard"
    assert call(vic, "patch", where, name="X").status_code == 404
    assert call(vic, "delete", where).status_code == 404
    assert call(vic, "put", f"{where}opens/", opens_first=True).json()["opens_first"] is True
    assert call(ada, "get", where).json()["opens_first"] is False
    again = call(ada, "post", "/decision-views/", product="PAY", name="Hard")
    assert again.status_code == 400
    assert call(lena, "delete", where).status_code == 204


def test_who_only_looks_shares_and_withdraws_no_view_over_rest(call, product, vic):
    body = {"product": "PAY", "name": "Mine"}
    assert call(vic, "post", "/decision-views/", **body, shared=True).status_code == 403
    made = call(vic, "post", "/decision-views/", **body).json()
    where = f"/decision-views/{made['id']}/"
    assert call(vic, "patch", where, shared=True).status_code == 403
    DecisionView.objects.update(shared=True)  # by a role of before
    assert call(vic, "patch", where, shared=False).status_code == 403
    assert call(vic, "delete", where).status_code == 403
