"""The register from a table: preview, external keys, hand edits, undo, malformed files."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from debt import export, refresh, services
from debt.csv_import import applying
from debt.csv_import.reading import protected, read, unprotected
from debt.maths.ranges import Range
from debt.models import DebtItem, Finding, ScanScope
from roadmaps.importing import Unreadable
from tpm import comments, figures
from tpm.models import Change, Component, Figure, Job, Operation
from tradeoffs.models import Score
from tradeoffs.services import add_trigger, draft_decision

pytestmark = pytest.mark.django_db
NEW = "/p/PAY/debt/import/"
FILE = """id,Summary,Team,Component,Assignee,Labels,Size,Days a month,Hurts since,Sprint
X-1,Tax rules hard-wired,Rails,billing,ada,"arch, api",M,1..2..4,2026-01-05,12
X-2,Nightly report by hand,,,,,,2,,
"""


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def component(product):
    found = Component.objects.create(key="billing", name="Billing")
    found.products.add(product)
    return found


def send(browser, text, name="debt.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return browser.post(NEW, {"file": SimpleUploadedFile(name, data)})


def take_in(browser, text, **more):
    """Upload, import and run the job; its report."""
    answer = send(browser, text)
    assert answer.status_code == 302, answer.content.decode()
    job_url = browser.post(answer.url, more).url
    job = Job.objects.get(pk=int(job_url.rstrip("/").rpartition("/")[2]))
    applying.run_import(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.report
    return job


def debt() -> list[str]:
    return list(DebtItem.objects.order_by("pk").values_list("title", flat=True))


def text_of(items) -> str:
    return "".join(export.lines(items))


# Reading


@pytest.mark.parametrize(
    "text", ["=cmd()", " +1", "-1", "@x", "\tx", "plain", "'tis so", "'=x", "''=x", "'", ""]
)
def test_protected_text_comes_back_as_it_was(text):
    assert unprotected(protected(text)) == text
    assert not protected(text).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\x00\x00\x00", "empty"),
        (b"PK\x03\x04rest", "zip archive or an Excel workbook"),
        (b'[{"title": "x"}]', "This is JSON"),
        (b"<html><body>Sign in</body></html>", "web page"),
        (b"a,b\n1,2\n", "No column is called title"),
        (b"title\n", "no rows below"),
        (b'title,size\n"cut off,M\n', "cut off"),
        (b"title,sprint\n,12\n", "No row of the file says anything"),
    ],
)
def test_what_is_no_table_gives_a_sentence(data, says):
    with pytest.raises(Unreadable, match=says):
        read(data)


def test_columns_say_how_they_are_used():
    sheet = read(b"Title;Labels;tags;score;State;Sprint\nx;a;b;3;Paid;9\n")
    used = [(column.name, column.use, column.as_field) for column in sheet.columns]
    assert used == [
        ("Title", "used", "title"), ("Labels", "used", "tags"), ("tags", "ignored", ""),
        ("score", "computed", ""), ("State", "left", ""), ("Sprint", "ignored", ""),
    ]  # fmt: skip
    assert sheet.rows[0].cells == {"title": "x", "tags": "a"}


# Taking in


def test_a_preview_writes_nothing_and_tells_of_rows_and_columns(client_of, ada, team, component):
    url = send(client_of(ada), FILE).url
    html = client_of(ada).get(url).content.decode()
    for said in ("Tax rules hard-wired", "read as size", "ignored: no field of debt", "1..2..4"):
        assert said in html
    assert debt() == []


def test_rows_become_debt_with_all_that_they_say(client_of, ada, team, component):
    job = take_in(client_of(ada), FILE)
    assert job.report["counts"] == {"new": 2, "changed": 0, "same": 0, "asked": 0, "refused": 0}
    first, second = DebtItem.objects.order_by("pk")
    assert (first.title, first.external_key, first.team, first.component, first.owner) == (
        "Tax rules hard-wired", "X-1", team, component, ada.person,
    )  # fmt: skip
    assert (first.tags, first.size, str(first.hurts_since)) == (["arch", "api"], "M", "2026-01-05")
    assert list(first.interests.get().range) == [1, 2, 4]
    assert second.interests.get().p50_days == 2
    assert set(Change.objects.filter(subject_id=first.pk).values_list("door", flat=True)) == {
        "import"
    }


def test_the_same_file_twice_changes_nothing(client_of, ada, team, component):
    take_in(client_of(ada), FILE)
    lines = Change.objects.count()
    job = take_in(client_of(ada), FILE)
    assert job.report["counts"] == {"new": 0, "changed": 0, "same": 2, "asked": 0, "refused": 0}
    assert Change.objects.count() == lines


def test_a_second_import_changes_what_the_file_says_now(client_of, ada, team, component):
    take_in(client_of(ada), FILE)
    job = take_in(client_of(ada), FILE.replace("hard-wired", "in code").replace("1..2..4", "3"))
    assert job.report["counts"]["changed"] == 1
    item = DebtItem.objects.get(external_key="X-1")
    assert item.title == "Tax rules in code"
    assert item.interests.first().p50_days == 3
    assert DebtItem.objects.count() == 2


def test_what_was_edited_here_stays_unless_the_file_is_told_to_win(
    client_of, ada, mel, team, component
):
    take_in(client_of(ada), FILE)
    item = DebtItem.objects.get(external_key="X-1")
    services.change_item(item, by=mel, version=None, title="Ours")
    url = send(client_of(ada), FILE).url
    html = client_of(ada).get(url).content.decode()
    assert "was edited here and stays Ours" in html
    take_in(client_of(ada), FILE)
    item.refresh_from_db()
    assert item.title == "Ours"
    take_in(client_of(ada), FILE, take_file="on")
    item.refresh_from_db()
    assert item.title == "Tax rules hard-wired"


def test_a_bad_cell_is_named_and_left_out_and_the_row_comes_in(client_of, ada, team):
    text = "title,team,size,principal,hurts since\nOdd,nowhere,XXL,9..1,yesterday\nGood,,M,,\n"
    job = take_in(client_of(ada), text)
    row = job.report["rows"][0]
    assert row["what"] == "new"
    said = " ".join(row["notes"])
    for name in ("team: “nowhere” is unknown", "size: There are XS", "days to fix:", "is no day"):
        assert name in said
    assert debt() == ["Odd", "Good"]


def test_a_row_without_a_title_and_a_second_of_one_key_are_left_out(client_of, ada):
    job = take_in(client_of(ada), "id,title,size\nA,First,M\nA,Second,M\nB,,L\n")
    assert job.report["counts"]["refused"] == 2
    said = [row["notes"] for row in job.report["rows"]]
    assert ["Row 2 has the same key A."] in said
    assert ["It has no title."] in said
    assert debt() == ["First"]


def test_a_title_that_is_too_long_is_left_out_with_its_reason(client_of, ada):
    job = take_in(client_of(ada), f"title\n{'x' * 201}\nGood\n")
    assert job.report["counts"] == {"new": 1, "changed": 0, "same": 0, "asked": 0, "refused": 1}
    assert "the limit is 200" in job.report["rows"][0]["notes"][0]


def test_debt_of_another_product_is_not_found_by_its_key(client_of, ada, make_debt, other_product):
    theirs = make_debt(other_product, team=None, title="Theirs")
    take_in(client_of(ada), f"key,title\n{theirs.key},Mine\n")
    theirs.refresh_from_db()
    assert theirs.title == "Theirs"
    assert DebtItem.objects.get(title="Mine").product_id != theirs.product_id


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xff\xfe\x00"])
def test_a_malformed_file_changes_nothing_and_says_why_beside_the_field(client_of, ada, data):
    answer = send(client_of(ada), data)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert debt() == []


def test_pasted_rows_are_read_too(client_of, ada):
    answer = client_of(ada).post(NEW, {"text": "title\tsize\nPasted\tM\n"})
    assert "Pasted" in client_of(ada).get(answer.url).content.decode()


def test_a_member_imports_no_debt(client_of, mel):
    assert send(client_of(mel), FILE).status_code == 403


# What goes out comes back


def odd_debt(make_debt, product, ada, team, component):
    """Debt with every field, and text that spreadsheets and CSV do not like."""
    full = make_debt(
        title='=SUM(A1), "quoted"', component=component, owner=ada.person, tags=["a", "b"],
        description="First line\nsecond, 'third\n=fourth",
    )  # fmt: skip
    services.declare_interest(full, by=ada, days=Range(0.25, 1 / 3, 2), kind="events")
    services.mark_paid(make_debt(title="'-paid"), by=ada)
    make_debt(title="'=odd", team=None, interest=None, size="L", principal_p10_days=None,
              principal_p50_days=None, principal_p90_days=None)  # fmt: skip


def test_what_the_export_writes_comes_back_unchanged(
    make_debt, product, ada, team, component, client_of
):
    odd_debt(make_debt, product, ada, team, component)
    before = text_of(DebtItem.objects.order_by("pk").select_related("latest_score"))
    lines = Change.objects.count()
    job = take_in(client_of(ada), before)
    assert job.report["counts"] == {"new": 0, "changed": 0, "same": 3, "asked": 0, "refused": 0}
    assert [row["notes"] for row in job.report["rows"]] == [[], [], []]
    assert text_of(DebtItem.objects.order_by("pk").select_related("latest_score")) == before
    assert Change.objects.count() == lines


def test_a_cell_changed_in_our_own_file_changes_that_field_alone(make_debt, ada, client_of):
    item = make_debt(title="Slow search")
    text = text_of(DebtItem.objects.select_related("latest_score"))
    take_in(client_of(ada), text.replace("Slow search", "Slow index").replace("1..2..4", "2..3..4"))
    item.refresh_from_db()
    assert (item.title, item.principal_p50_days) == ("Slow index", 10)
    assert list(item.interests.first().range) == [2, 3, 4]


def test_the_header_names_each_column_once():
    (header,) = csv.reader(io.StringIO(text_of([])))
    assert len(header) == len(set(header))


# Taking back


def undo(browser, job):
    browser.post(f"/p/PAY/debt/import/jobs/{job.pk}/undo/")
    undone = Job.objects.get(kind=applying.UNDO)
    applying.run_undo(undone.pk)
    undone.refresh_from_db()
    assert undone.state == "done", undone.report
    return undone.report


def test_an_import_is_taken_back_as_one(client_of, ada, make_debt, team, component):
    item = make_debt(title="Slow search")
    take = (
        "key,title,id,days a month,size\n"
        ",New one,X-1,1..2..4,M\n,New two,,,\n,New three,X-3,,\n"
        f"{item.key},Slow index,,5,\n"
    )
    job = take_in(client_of(ada), take)
    assert job.report["counts"] == {"new": 3, "changed": 1, "same": 0, "asked": 0, "refused": 0}
    report = undo(client_of(ada), job)
    assert report["left as they are"] == 0
    assert debt() == ["Slow search"]
    assert list(item.interests.first().range) == [1, 2, 4]
    assert not Operation.objects.filter(undone_at=None).exists()


def test_what_somebody_touched_since_stays_and_is_named(client_of, ada, mel, team, component):
    job = take_in(client_of(ada), FILE)
    first, second = DebtItem.objects.order_by("pk")
    services.change_item(first, by=mel, version=None, size="L")
    comments.comment_on(second, by=mel, body="Is it so?")
    report = undo(client_of(ada), job)
    assert DebtItem.objects.count() == 2
    assert any("stays: edited since" in why for why in report["why they were left"])
    assert any("somebody commented on it" in why for why in report["why they were left"])


def test_debt_that_is_taken_back_leaves_no_published_number(client_of, ada, team, component):
    job = take_in(client_of(ada), FILE)
    refresh.refresh_scores(team.pk)
    item = DebtItem.objects.get(external_key="X-1")
    about = Figure.objects.filter(subject_type="debt.debtitem", subject_id=item.pk)
    assert {row.kind for row in about.all()} == {"score", "interest"}
    assert undo(client_of(ada), job)["why they were left"] == []
    assert not about.exists()
    refresh.refresh_scores(team.pk)
    assert not about.exists()


def test_debt_that_something_links_to_stays_and_the_report_names_it(
    client_of, ada, mel, team, component, make_debt, product
):
    rows = "".join(f"X-{n},Thing {n} of many,1..2..4\n" for n in range(1, 6))
    job = take_in(client_of(ada), "id,title,days a month\n" + rows)
    needed, shown, followed, scored, free = DebtItem.objects.order_by("pk")
    for other in ("One that waits", "Another one"):
        services.add_need(make_debt(title=other, scored=False), by=mel, needed=needed)
    scope = ScanScope.objects.create(product=product, component=component, tool="x")
    Finding.objects.create(
        product=product, scope=scope, component=component, rule="R", path="b.py", item=shown
    )
    decision = draft_decision(
        product, by=mel, title="Which queue?", options=["A", "B"], criteria=["Cost", "Scale"]
    )
    figures.publish_all([figures.figure(
        followed, "interest", 2, product=product, as_of=timezone.now()
    )])  # fmt: skip
    add_trigger(
        decision, by=ada, kind="figure", comparison="at_least", limit=5,
        follows=f"debt.debtitem:{followed.pk}:interest",
    )  # fmt: skip
    option, criterion = decision.options.first(), decision.criteria.first()
    Score.objects.create(
        option=option, criterion=criterion, p50=2, by=ada, figure_type="debt.debtitem",
        figure_id=scored.pk, figure_kind="interest", read_at=timezone.now(),
    )  # fmt: skip
    report = undo(client_of(ada), job)
    assert sorted(report["why they were left"]) == [
        "PAY-D1 stays: PAY-D6, PAY-D7 need it paid first.",
        "PAY-D2 stays: 1 finding shows it.",
        f"PAY-D3 stays: {decision.key} follows its numbers.",
        f"PAY-D4 stays: {decision.key} follows its numbers.",
    ]
    assert not DebtItem.objects.filter(pk=free.pk).exists()
    assert needed.needed_by_links.count() == 2


def test_it_is_undone_once(client_of, ada, team, component):
    job = take_in(client_of(ada), FILE)
    undo(client_of(ada), job)
    page = client_of(ada).get(f"/p/PAY/debt/import/jobs/{job.pk}/").content.decode()
    assert "Take it back" not in page
    again = take_in(client_of(ada), FILE)
    assert again.report["counts"]["new"] == 2


def test_a_job_taken_up_again_makes_nothing_twice(client_of, ada, team, component):
    browser = client_of(ada)
    browser.post(send(browser, FILE).url)
    job = Job.objects.get(kind=applying.IMPORT)
    sheet_rows = read(FILE.encode()).rows[:1]
    from debt.csv_import.planning import Planner

    applying.take_in(job, Planner(job.product), sheet_rows, [], None, set())
    applying.run_import(job.pk)
    assert debt() == ["Tax rules hard-wired", "Nightly report by hand"]
    assert Operation.objects.filter(job=job).count() == 1


def test_many_rows_are_held_against_the_register_in_as_many_queries(product, make_debt):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from debt.csv_import.planning import Planner

    for number in range(12):
        make_debt(title=f"debt {number}", scored=False)
    few = read("\n".join(["key,title", "PAY-D1,x"]).encode()).rows
    many = read("\n".join(["key,title", *(f"PAY-D{n},x" for n in range(1, 13))]).encode()).rows
    counts = []
    for rows in (few, many):
        with CaptureQueriesContext(connection) as captured:
            Planner(product).plan(rows)
        counts.append(len(captured))
    assert counts[0] == counts[1]
