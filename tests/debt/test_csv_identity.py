"""Rows of a table are taken in once: cut off, sent twice, pressed twice, edited meanwhile."""

import contextlib
import datetime

import pytest
from django.utils import timezone

from debt import services
from debt.csv_import import applying, planning, recognising
from debt.csv_import.reading import read
from debt.models import DebtItem
from tests.debt.test_csv_import import debt, send, take_in, undo
from tpm import jobs
from tpm.models import Job, Operation

pytestmark = pytest.mark.django_db
FOUR = "title\nOne thing\nTwo things\nThree of them\nFour of them\n"
ALL_FOUR = ["One thing", "Two things", "Three of them", "Four of them"]


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def two_at_once(monkeypatch):
    monkeypatch.setattr(applying, "CHUNK", 2)


def started(browser, text, **more) -> Job:
    answer = send(browser, text)
    assert answer.status_code == 302, answer.content.decode()
    return pressed(browser, answer.url, **more)


def pressed(browser, url, **more) -> Job:
    job_url = browser.post(url, more).url
    return Job.objects.get(pk=int(job_url.rstrip("/").rpartition("/")[2]))


def ran(job: Job) -> Job:
    applying.run_import(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.report
    return job


def cut_off(job: Job, monkeypatch, error) -> None:
    """Run an import whose second step never comes."""
    real, steps = applying.take_in, []

    def dies(*args):
        if steps:
            raise error
        steps.append(1)
        return real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(applying, "take_in", dies)
        with contextlib.suppress(SystemExit):
            applying.run_import(job.pk)
    assert debt() == ALL_FOUR[:2]


def test_rows_without_a_key_are_not_made_twice_by_a_worker_that_was_lost(
    client_of, ada, mel, monkeypatch, two_at_once
):
    job = started(client_of(ada), FOUR)
    cut_off(job, monkeypatch, SystemExit())
    services.change_item(DebtItem.objects.first(), by=mel, version=None, title="Ours")
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - datetime.timedelta(minutes=4))
    assert jobs.requeue_lost() == [job]
    assert ran(job).report["counts"] == {
        "new": 4,
        "changed": 0,
        "same": 0,
        "asked": 0,
        "refused": 0,
    }
    assert debt() == ["Ours", *ALL_FOUR[1:]]
    assert Operation.objects.filter(job=job).count() == 1


def test_an_import_that_was_cancelled_goes_on_with_the_rows_it_left(
    client_of, ada, monkeypatch, two_at_once
):
    browser = client_of(ada)
    url = send(browser, FOUR).url
    first = pressed(browser, url)
    cut_off(first, monkeypatch, jobs.JobCancelled())
    html = browser.get(url).content.decode()
    assert "It was taken in already, before the import was cut off." in html
    second = pressed(browser, url)
    assert second != first
    assert ran(second).report["counts"] == {
        "new": 2,
        "changed": 0,
        "same": 2,
        "asked": 0,
        "refused": 0,
    }
    assert debt() == ALL_FOUR


def test_what_was_taken_back_may_come_again(client_of, ada, monkeypatch, two_at_once):
    browser = client_of(ada)
    url = send(browser, FOUR).url
    first = pressed(browser, url)
    cut_off(first, monkeypatch, jobs.JobCancelled())
    first.refresh_from_db()
    undo(browser, first)
    assert debt() == []
    assert ran(pressed(browser, url)).report["counts"]["new"] == 4


def test_a_slow_worker_writes_nothing_that_another_one_writes(
    client_of, ada, monkeypatch, two_at_once
):
    job = started(client_of(ada), FOUR)
    real, steps = applying.take_in, []

    def slow(*args):
        steps.append(1)
        if len(steps) == 2:  # it was silent for too long, and another one did all of it
            Job.objects.filter(pk=job.pk).update(
                beat_at=timezone.now() - datetime.timedelta(minutes=4)
            )
            assert jobs.requeue_lost() == [job]
            applying.run_import(job.pk)
        return real(*args)

    monkeypatch.setattr(applying, "take_in", slow)
    assert ran(job).report["counts"]["new"] == 4
    assert debt() == ALL_FOUR


def test_import_pressed_twice_is_one_import(client_of, ada):
    browser = client_of(ada)
    url = send(browser, FOUR).url
    first = pressed(browser, url)
    assert pressed(browser, url) == first
    ran(first)
    assert pressed(browser, url, take_file="on") == first
    assert Job.objects.filter(kind=applying.IMPORT).count() == 1
    assert debt() == ALL_FOUR


def test_a_file_without_keys_that_comes_twice_makes_nothing_twice(client_of, ada, two_at_once):
    text = "title,size,days a month\nSame words,M,2\nSame words,M,2\nSame words,L,\n"
    assert take_in(client_of(ada), text).report["counts"]["new"] == 3
    services.mark_paid(DebtItem.objects.first(), by=ada)
    job = take_in(client_of(ada), text)
    assert job.report["counts"] == {"new": 0, "changed": 0, "same": 3, "asked": 0, "refused": 0}
    keys = [row["key"] for row in job.report["rows"]]
    assert sorted(keys) == ["PAY-D1", "PAY-D2", "PAY-D3"]
    assert "PAY-D1 says all of it already, and is paid." in job.report["rows"][0]["notes"]


def test_what_looks_the_same_is_told_before_anything_is_written(client_of, ada, make_debt):
    make_debt(title="Tax rules are hard-wired in billing", scored=False)
    make_debt(title="Search", scored=False)
    text = (
        "title,size\nTax rules hard-wired in billing,M\nsearch,L\nSearch,L\n"
        "Reports by hand,S\nTax of others,S\n"
    )
    html = client_of(ada).get(send(client_of(ada), text).url).content.decode()
    assert "3 new rows look the same as debt that is here" in html
    assert "It looks the same as PAY-D1, “Tax rules are hard-wired in billing”" in html
    assert html.count("It looks the same as PAY-D2, “Search”") == 2
    assert "Row 3 has the same title." in html


def test_two_keys_of_another_tracker_are_two(client_of, ada):
    take_in(client_of(ada), "id,title\nX-1,Flaky tests of login\n")
    job = take_in(client_of(ada), "id,title\nX-2,Flaky tests of login\n")
    assert job.report["counts"]["new"] == 1
    assert job.report["rows"][0]["notes"] == []


def test_likeness_finds_what_holding_each_title_against_each_finds(product, make_debt):
    words = ("billing", "tax", "rules", "login", "flaky", "slow", "report", "cache", "queue")
    titles = [" ".join(words[(i * k) % 9] for k in range(1, 2 + i % 5)) for i in range(1, 40)]
    for title in titles:
        make_debt(title=title, scored=False)
    likeness = recognising.Likeness(product)
    for asked in (*titles, "billing tax", "cache queue slow", "unheard of", "tax", "of it"):
        theirs = recognising.queries.words_of(asked)
        alike = {
            other
            for other in titles
            if recognising.plain(other) == asked
            or recognising.queries.are_alike(theirs, recognising.queries.words_of(other))
        }
        found = likeness.of(asked, "")
        assert (found.title in alike) if alike else (found is None)


# One row that cannot be taken in leaves the others alone


@pytest.mark.parametrize(
    "cells", ["title\n{key},Theirs\n", "title,days a month\n{key},Slow search,9\n"]
)
def test_an_edit_meanwhile_refuses_its_row_alone(
    client_of, ada, lena, make_debt, monkeypatch, cells
):
    item = make_debt(title="Slow search", scored=False)
    job = started(client_of(ada), "key," + cells.format(key=item.key) + ",Another one,\n")
    real = applying.write

    def write(planner, row, *, by):
        if row.item is not None:  # between the plan and the write of it
            there = DebtItem.objects.get(pk=item.pk)
            services.change_item(there, by=lena, version=None, description="Seen.")
            services.declare_interest(there, by=lena, days=planning.Range(1, 1, 1))
        return real(planner, row, by=by)

    monkeypatch.setattr(applying, "write", write)
    report = ran(job).report
    assert (report["counts"]["refused"], report["counts"]["new"]) == (1, 1)
    (refused,) = [row for row in report["rows"] if row["what"] == "refused"]
    assert refused["notes"] == [
        "Somebody changed it while this was taken in. Import the row again."
    ]
    item.refresh_from_db()
    assert item.title == "Slow search"
    assert DebtItem.objects.filter(title="Another one").exists()


def test_rows_are_planned_on_what_stands_when_they_are_written(
    client_of, ada, lena, make_debt, monkeypatch
):
    item = make_debt(title="Old", scored=False)
    job = started(client_of(ada), f"key,title\n{item.key},New title\n")
    real = applying.take_in

    def meanwhile(*args):
        there = DebtItem.objects.get(pk=item.pk)
        services.change_item(there, by=lena, version=None, description="Seen.")
        return real(*args)

    monkeypatch.setattr(applying, "take_in", meanwhile)
    assert ran(job).report["counts"]["changed"] == 1
    item.refresh_from_db()
    assert (item.title, item.description) == ("New title", "Seen.")


@pytest.mark.parametrize("chunk", [1, 100])
def test_one_item_by_its_key_and_by_its_id_is_refused_at_the_second_row(
    client_of, ada, make_debt, monkeypatch, chunk
):
    monkeypatch.setattr(applying, "CHUNK", chunk)
    item = make_debt(title="Old", scored=False)
    services.change_item(item, by=ada, version=item.version, external_key="X-1")
    text = f"key,id,title\n{item.key},,By key\n,X-1,By id\n,X-9,Another one\n"
    job = ran(started(client_of(ada), text, take_file="on"))
    assert job.report["counts"] == {"new": 1, "changed": 1, "same": 0, "asked": 0, "refused": 1}
    (refused,) = [row for row in job.report["rows"] if row["what"] == "refused"]
    assert refused["number"] == 3
    assert refused["notes"] == ["It is about PAY-D1, and so is row 2: one row says what it is."]
    assert debt() == ["By key", "Another one"]


def test_a_row_that_is_refused_while_it_is_written_names_no_item(client_of, ada, monkeypatch):
    def fails(*_args, **_said):
        raise ValueError("No.")

    monkeypatch.setattr(services, "declare_interest", fails)
    job = ran(started(client_of(ada), "title,days a month\nOne thing,2\n"))
    (row,) = job.report["rows"]
    assert (row["what"], row["key"], row["notes"]) == ("refused", "", ["No."])
    assert debt() == []


def test_a_large_table_is_held_against_the_register_in_parts(product, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    rows = read(b"title\none\ntwo\nthree\none\nfive\n")
    report = applying.preview(product, rows, take_file=False)
    assert report["counts"]["new"] == 5
    assert report["rows"][3]["notes"] == ["Row 2 has the same title."]
