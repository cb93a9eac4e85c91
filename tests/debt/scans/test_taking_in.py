"""Reports in the database: lists, identity, closing, keys, two at once."""

import datetime
import random
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from debt import scan_services
from debt.models import DebtItem, Finding, HistoryRun, Scan, ScanScope
from debt.scan_services import applying
from debt.scans import Unreadable
from tests.debt.scans.conftest import counts, report_of
from tests.debt.scans.test_reading import SAMPLES, result, sarif
from tpm.models import Change

pytestmark = pytest.mark.django_db


def test_a_dry_run_writes_nothing(take_in):
    assert counts(take_in(report_of(1, 2), dry_run=True)) == {"new": 2}
    assert not Finding.objects.exists()
    assert not ScanScope.objects.exists()


def test_an_upload_makes_findings_and_no_debt(take_in):
    assert counts(take_in(report_of(1, 2))) == {"new": 2}
    assert Finding.objects.count() == 2
    assert not DebtItem.objects.exists()


def test_the_same_file_twice_creates_and_closes_nothing(take_in):
    take_in(report_of(1, 2, 3))
    assert counts(take_in(report_of(1, 2, 3))) == {"kept": 3}
    assert Finding.objects.filter(state="open").count() == 3


def test_the_order_of_results_changes_nothing(take_in):
    take_in(report_of(*range(1, 30)))
    lines = list(range(1, 30))
    random.Random(3).shuffle(lines)
    assert counts(take_in(report_of(*lines))) == {"kept": 29}


def test_a_sample_of_each_format_is_taken_in_twice(take_in):
    for name in (
        "made_sonar_generic_pre10.3.json",
        "qc_resharper-actual.json",
        "dd_generic_report1.csv",
        "dd_scan.json",
        "ss_DuplicatedResults.sarif",
    ):
        data = (SAMPLES / name).read_bytes()
        first, second = take_in(data), take_in(data)
        assert counts(second) == {"kept": first["counts"]["new"]}, name


def test_a_finding_that_moves_keeps_its_row(take_in):
    take_in(report_of(10, 20))
    before = list(Finding.objects.order_by("line").values_list("pk", flat=True))
    report = take_in(report_of(14, 24))
    assert counts(report) == {"moved": 2}
    assert list(Finding.objects.order_by("line").values_list("pk", "line")) == [
        (before[0], 14), (before[1], 24),
    ]  # fmt: skip
    assert report["moved"][0]["reason"] == "from line 10, found by its message"


def test_what_a_complete_report_lacks_is_closed(take_in):
    take_in(report_of(1, 2))
    assert counts(take_in(report_of(1))) == {"kept": 1, "closed": 1}
    assert Finding.objects.get(state="closed").closed_at is not None


@pytest.mark.parametrize(
    "said", [{"complete": False}, {"branch": "feature/x"}, {"folder": "billing"}],
    ids=["not complete", "another branch", "another folder"],
)  # fmt: skip
def test_another_scope_or_a_part_closes_nothing(take_in, said):
    take_in(report_of(1, 2))
    take_in(report_of(1), **said)
    assert not Finding.objects.filter(state="closed").exists()


def test_the_usual_names_of_the_default_branch_are_one_scope(take_in):
    take_in(report_of(1, 2))
    assert counts(take_in(report_of(1, 2), branch="main")) == {"kept": 2}


def test_another_tool_closes_nothing(take_in):
    take_in(report_of(1, 2))
    take_in(report_of(tool={"driver": {"name": "Other"}}))
    assert not Finding.objects.filter(state="closed").exists()


@pytest.mark.parametrize("results", [{"results": None}, {}], ids=["null", "absent"])
def test_a_run_without_a_list_of_results_closes_nothing(take_in, results):
    take_in(report_of(1, 2))
    run = {"tool": {"driver": {"name": "Lint"}}} | results
    report = take_in({"version": "2.1.0", "runs": [run]})
    assert counts(report) == {"missed": 2}
    assert report["notes"] == [
        "Lint: 2 open findings are not in it. The report has no list of results: it closes nothing."
    ]


def test_many_that_would_close_at_once_wait_for_a_person(take_in, mel):
    take_in(report_of(*range(1, 43)))
    assert counts(take_in(report_of(1))) == {"kept": 1, "held": 41}
    assert Finding.objects.filter(state="open").count() == 42
    scan = Scan.objects.order_by("-pk").first()
    assert scan_services.close_held(scan, by=mel) == 41
    assert Finding.objects.filter(state="closed").count() == 41


def test_what_was_held_and_comes_back_is_held_no_longer(take_in):
    take_in(report_of(*range(1, 43)))
    take_in(report_of(1))
    take_in(report_of(*range(1, 43)))
    assert not Finding.objects.filter(held_by__isnull=False).exists()


def test_a_flaky_tool_closes_what_it_misses_twice(take_in, mel):
    take_in(report_of(1, 2))
    scan_services.set_flaky(Scan.objects.get(), by=mel, flaky=True)
    assert counts(take_in(report_of(1))) == {"kept": 1, "held": 1}
    assert counts(take_in(report_of(1))) == {"kept": 1, "held": 1}, "the same file again"
    other = report_of(1, tool={"driver": {"name": "Lint", "version": "2"}})
    assert counts(take_in(other)) == {"kept": 1, "closed": 1}


def test_a_finding_that_comes_back_keeps_its_row_and_its_age(take_in):
    take_in(report_of(1, 2))
    take_in(report_of(1))
    closed = Finding.objects.get(state="closed")
    assert counts(take_in(report_of(1, 2))) == {"kept": 1, "reopened": 1}
    again = Finding.objects.get(pk=closed.pk)
    assert (again.state, again.closed_at, again.opened_at) == ("open", None, closed.opened_at)


def test_a_finding_that_comes_back_after_a_month_is_new(take_in):
    take_in(report_of(1, 2))
    take_in(report_of(1))
    old = timezone.now() - datetime.timedelta(days=31)
    Finding.objects.filter(state="closed").update(closed_at=old)
    assert counts(take_in(report_of(1, 2))) == {"kept": 1, "new": 1}


def test_a_finding_belongs_to_the_component_of_its_path(take_in, billing, orders):
    take_in(sarif(result(path="orders/a.py"), result(path="lib/b.py")))
    found = dict(Finding.objects.values_list("path", "component__key"))
    assert found == {"orders/a.py": "orders", "lib/b.py": "billing"}


def test_a_refused_row_has_its_reason(take_in):
    report = take_in(sarif(result(path="../a.py"), result(path="a.py")))
    assert counts(report) == {"new": 1, "rejected": 1}
    assert report["rejected"][0]["reason"] == "a path that steps out of its folder (..)"


def test_runs_of_one_tool_are_one_scope(take_in):
    report = report_of(1)
    report["runs"].append(report_of(2)["runs"][0])
    assert counts(take_in(report)) == {"new": 2}
    assert ScanScope.objects.count() == 1
    assert counts(take_in(report)) == {"kept": 2}


def test_one_of_two_runs_without_results_closes_nothing_of_the_tool(take_in):
    take_in(report_of(1, 2))
    report = report_of(1)
    report["runs"].append({"tool": {"driver": {"name": "Lint"}}})
    assert counts(take_in(report)) == {"kept": 1, "missed": 1}


def test_a_key_takes_a_report_in_once(take_in):
    first = take_in(report_of(1), key="build-7")
    second = take_in(report_of(1), key="build-7")
    assert (second["counts"], second["again"]) == (first["counts"], True)
    assert Scan.objects.count() == 1


@pytest.mark.parametrize("state", ["stopped", "undone"])
def test_a_key_may_try_again_where_nothing_came_of_it(take_in, state):
    take_in(report_of(1), key="build-7")
    Scan.objects.update(state=state)
    assert counts(take_in(report_of(1, 2), key="build-7")) == {"kept": 1, "new": 1}


def test_a_key_of_a_scan_that_died_may_try_again(take_in):
    take_in(report_of(1), key="build-7")
    Scan.objects.update(state="applying", beat_at=timezone.now() - datetime.timedelta(minutes=4))
    assert counts(take_in(report_of(1), key="build-7")) == {"kept": 1}


def test_a_key_of_another_file_is_refused(take_in):
    take_in(report_of(1), key="build-7")
    with pytest.raises(Unreadable, match="came with another file"):
        take_in(report_of(2), key="build-7")


def two_tools():
    report = report_of(1)
    report["runs"] += report_of(2, 3, tool={"driver": {"name": "Other"}})["runs"]
    return report


def test_a_key_whose_second_tool_was_refused_brings_that_one_later(take_in, product):
    take_in(report_of(tool={"driver": {"name": "Other"}}))
    scope = ScanScope.objects.get(tool="Other")
    busy = Scan.objects.create(scope=scope, product=product, batch=uuid.uuid4())
    with pytest.raises(Unreadable, match="Another report of the same scope"):
        take_in(two_tools(), key="build-7")
    busy.delete()
    said = take_in(two_tools(), key="build-7")
    assert (counts(said), said["tools"], said.get("again")) == ({"new": 3}, ["Lint", "Other"], None)
    assert Finding.objects.filter(scope__tool="Other").count() == 2
    assert Scan.objects.filter(key="build-7").values("batch").distinct().count() == 1


def test_a_key_answers_again_for_all_tools_of_its_report(take_in):
    first = take_in(two_tools(), key="build-7")
    again = take_in(two_tools(), key="build-7")
    assert again.pop("again") is True
    assert again == first


def test_two_uploads_of_a_scope_at_once_do_not_mix(take_in, product):
    take_in(report_of(1))
    scope = ScanScope.objects.get()
    Scan.objects.create(scope=scope, product=product, batch=uuid.uuid4())
    with pytest.raises(Unreadable, match="Another report of the same scope"):
        take_in(report_of(1, 2))
    assert Finding.objects.count() == 1


def test_a_scan_that_died_lets_go(take_in, product):
    take_in(report_of(1))
    long_ago = timezone.now() - datetime.timedelta(minutes=4)
    dead = Scan.objects.create(
        scope=ScanScope.objects.get(), product=product, batch=uuid.uuid4(), beat_at=long_ago
    )
    assert counts(take_in(report_of(1, 2))) == {"kept": 1, "new": 1}
    dead.refresh_from_db()
    assert dead.state == "stopped"


def test_the_database_holds_one_scan_of_a_scope_at_a_time(take_in, product):
    take_in(report_of(1))
    scope = ScanScope.objects.get()
    Scan.objects.create(scope=scope, product=product, batch=uuid.uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        Scan.objects.create(scope=scope, product=product, batch=uuid.uuid4())


def test_a_transaction_has_at_most_500_rows(take_in, django_assert_max_num_queries, monkeypatch):
    sizes = []
    add = applying.Importer.add
    monkeypatch.setattr(
        applying.Importer, "add", lambda self, rows: (sizes.append(len(rows)), add(self, rows))
    )
    take_in(report_of(*range(1, 1203)))
    assert sizes == [500, 500, 202]


def test_every_finding_that_changes_has_a_line_of_history(take_in):
    take_in(report_of(10, 20))
    take_in(report_of(11))
    actions = Change.objects.filter(subject_type="debt.finding").values_list("action", flat=True)
    assert sorted(actions) == ["closed", "found", "found", "moved"]


def test_a_rename_that_history_knows_is_followed(take_in, product):
    take_in(report_of(1, path="billing/old.py"))
    HistoryRun.objects.create(
        product=product, repository="pay", source="upload", ready=True,
        moved={"billing/old.py": "billing/new.py"},
    )  # fmt: skip
    assert counts(take_in(report_of(1, path="billing/new.py"))) == {"moved": 1}


@pytest.mark.parametrize("lines", [20, 400])
def test_more_findings_of_one_transaction_take_no_more_queries(
    take_in, django_assert_max_num_queries, lines
):
    take_in(report_of(*range(1, lines)))
    with django_assert_max_num_queries(32):
        take_in(report_of(*range(6, lines + 5)))
