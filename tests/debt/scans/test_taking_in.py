"""Reports in the database: lists, identity, closing, two at once, undo."""

import datetime
import json
import random
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from debt import scan_services
from debt.models import DebtItem, Finding, HistoryRun, MinedChange, Scan, ScanScope
from debt.scan_services import applying, judging, undoing
from debt.scans import Unreadable
from tests.debt.scans.conftest import report_of, undo_scan
from tests.debt.scans.test_reading import SAMPLES, result, sarif
from tpm import jobs
from tpm.models import Change

pytestmark = pytest.mark.django_db


def counts(report):
    return {name: count for name, count in report["counts"].items() if count}


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


def test_a_verdict_outlives_every_scan(take_in, lena):
    take_in(report_of(1))
    finding = Finding.objects.get()
    scan_services.judge(
        finding.product, [finding], by=lena, verdict="false_positive", why="Generated code"
    )
    take_in(report_of())
    take_in(report_of(5))
    finding.refresh_from_db()
    assert (finding.verdict, finding.state, finding.verdict_why) == (
        "false_positive", "open", "Generated code",
    )  # fmt: skip


def said_by(lena, finding, verdict):
    return scan_services.judge(
        finding.product, [finding], by=lena, verdict=verdict, why="Looked at"
    )


def test_a_verdict_brings_no_deleted_finding_back(take_in, lena):
    take_in(report_of(1))
    finding = Finding.objects.get()
    Finding.objects.all().delete()
    assert said_by(lena, finding, "accepted").changed == 0
    assert not Finding.objects.exists()


def test_a_verdict_that_somebody_gave_meanwhile_stays(take_in, lena):
    take_in(report_of(1))
    seen = Finding.objects.get()
    Finding.objects.update(verdict="accepted", verdict_why="Theirs")
    judged = said_by(lena, seen, "false_positive")
    assert (judged.changed, judged.conflicts) == (0, [seen.pk])
    seen.refresh_from_db()
    assert (seen.verdict, seen.verdict_why) == ("accepted", "Theirs")


def test_a_verdict_writes_nothing_else_of_a_finding(take_in, lena):
    take_in(report_of(1))
    seen = Finding.objects.get()
    seen.line = 99
    assert said_by(lena, seen, "accepted").changed == 1
    seen.refresh_from_db()
    assert (seen.line, seen.verdict) == (1, "accepted")


def test_a_suppression_is_a_proposal_and_no_verdict(take_in, product):
    row = result(path="billing/a.py", suppressions=[{"kind": "inSource"}])
    take_in(sarif(row))
    finding = Finding.objects.get()
    assert (finding.verdict, finding.proposal) == ("", "left out by a comment in the code")
    assert list(scan_services.proposals(product)) == [finding]
    assert scan_services.suggestions(product) == []


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


# -- two at once, keys, cuts -----------------------------------------------------------------------


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


def test_a_scan_that_is_stopped_can_be_taken_back(product, billing, mel, take_in):
    import io

    from debt import scans

    target = scan_services.target_from(product, {"component": "billing"}, name="a")
    data = json.dumps(report_of(*range(1, 800))).encode()

    def stop(done, total, note):
        raise jobs.JobCancelled

    with pytest.raises(jobs.JobCancelled):
        scan_services.import_report(
            target, scans.read(io.BytesIO(data), target.options), by=mel, progress=stop
        )
    assert Finding.objects.count() == 500
    scan = Scan.objects.get()
    assert scan.state == "stopped"
    assert undo_scan(scan, by=mel).removed == 500


@pytest.fixture
def cut_after_one(monkeypatch):
    """Call something whose step is cut off before it runs a second time."""

    def call_it(step, what, *args, **more):
        real, calls = getattr(judging, step), []

        def once(*args, **more):
            if calls:
                raise KeyboardInterrupt
            calls.append(1)
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(judging, step, once)
            what(*args, **more)

    return call_it


def test_a_verdict_on_many_that_is_cut_off_is_given_again(take_in, lena, product, cut_after_one):
    take_in(report_of(*range(1, 602)))
    found = list(Finding.objects.all())
    said = {"by": lena, "verdict": "accepted", "why": "Known"}
    with pytest.raises(KeyboardInterrupt):
        cut_after_one("judge_some", scan_services.judge, product, found, **said)
    assert Finding.objects.filter(verdict="accepted").count() == 500
    assert scan_services.judge(product, found, **said).changed == 101
    assert Change.objects.filter(action="judged").count() == 601


def test_a_suggestion_of_many_that_is_cut_off_is_made_debt_again(
    take_in, mel, product, billing, cut_after_one
):
    take_in(report_of(*range(1, 602)))
    said = {"by": mel, "rule": "R1", "component": billing}
    with pytest.raises(KeyboardInterrupt):
        cut_after_one("accept_some", scan_services.accept_suggestion, product, **said)
    assert DebtItem.objects.get().findings.count() == 500
    scan_services.accept_suggestion(product, **said)
    item = DebtItem.objects.get()
    assert (item.findings.count(), item.description[:12]) == (601, "601 findings")


def test_many_that_are_held_are_closed_again_after_a_cut(take_in, mel, cut_after_one):
    take_in(report_of(*range(1, 602)))
    take_in(report_of())
    scan = Scan.objects.order_by("-pk").first()
    with pytest.raises(KeyboardInterrupt):
        cut_after_one("close_some", scan_services.close_held, scan, by=mel)
    assert Finding.objects.filter(state="closed").count() == 500
    assert scan_services.close_held(scan, by=mel) == 101


# -- undo ------------------------------------------------------------------------------------------


def test_undo_takes_new_findings_away_and_puts_the_others_back(take_in, mel):
    take_in(report_of(10, 20, 30))
    before = list(Finding.objects.order_by("pk").values("pk", "line", "state", "closed_at"))
    take_in(sarif(result(rule="R2"), result(rule="R1", path="billing/tax.py", line=11)))
    undo = undo_scan(Scan.objects.order_by("-pk").first(), by=mel)
    assert (undo.removed, undo.restored, undo.stayed) == (1, 3, [])
    now = list(Finding.objects.order_by("pk").values("pk", "line", "state", "closed_at"))
    assert now == before


def test_undo_leaves_what_a_later_scan_or_a_person_touched(take_in, mel, lena):
    take_in(report_of(1, 2))
    first = Scan.objects.get()
    take_in(report_of(1), complete=False)
    second = Finding.objects.get(line=2)
    scan_services.judge(second.product, [second], by=lena, verdict="accepted", why="Known")
    undo = undo_scan(first, by=mel)
    assert (undo.removed, {why for _, why in undo.stayed}) == (
        0, {"somebody touched it since", "a later scan has it too"},
    )  # fmt: skip


EXACT = (
    "pk", "rule_name", "level", "message", "path", "place", "line", "column", "fingerprints",
    "context", "effort_minutes", "proposal", "component", "state", "closed_at", "missing",
    "held_by",
)  # fmt: skip


def rows():
    return list(Finding.objects.order_by("pk").values(*EXACT))


def undo_newest(mel):
    undo = undo_scan(Scan.objects.order_by("-pk").first(), by=mel)
    assert undo.stayed == []


def test_undo_puts_back_what_history_does_not_tell_of(take_in, mel):
    take_in(sarif(result(path="billing/a.py", line=4, partialFingerprints={"a/v1": "1"})))
    before = rows()
    take_in(sarif(result(path="billing/a.py", line=4, partialFingerprints={"a/v1": "2"})))
    assert rows() != before
    undo_newest(mel)
    assert rows() == before


def test_undo_puts_back_how_often_a_finding_was_missing(take_in, mel):
    take_in(report_of(1, 2))
    scan_services.set_flaky(Scan.objects.get(), by=mel, flaky=True)
    take_in(report_of(1))
    before = rows()
    assert [row["missing"] for row in before] == [0, 1]
    take_in(report_of(1, 2))
    undo_newest(mel)
    assert rows() == before
    take_in(report_of(1, tool={"driver": {"name": "Lint", "version": "2"}}))
    undo_newest(mel)
    assert rows() == before


def test_undo_puts_back_which_scan_held_a_finding(take_in, mel):
    take_in(report_of(*range(1, 43)))
    free = rows()
    take_in(report_of(1))
    held = rows()
    take_in(report_of(*range(1, 43)))
    undo_newest(mel)
    assert rows() == held
    scan = Scan.objects.order_by("pk")[1]
    assert undo_scan(scan, by=mel).stayed != [], "its findings were touched since"
    assert rows() != free


def test_undo_of_a_scan_that_held_findings_lets_go_of_them(take_in, mel):
    take_in(report_of(*range(1, 43)))
    before = rows()
    take_in(report_of(1))
    undo_newest(mel)
    assert rows() == before


def test_undo_waits_while_the_scan_is_being_taken_in(take_in, mel):
    take_in(report_of(1))
    scan = Scan.objects.get()
    Scan.objects.update(state="applying", beat_at=timezone.now())
    with pytest.raises(Unreadable, match="is being taken in"):
        undo_scan(scan, by=mel)
    assert Finding.objects.count() == 1


def test_undo_waits_while_a_later_report_of_the_scope_is_being_taken_in(take_in, mel, product):
    take_in(report_of(1))
    scan = Scan.objects.get()
    Scan.objects.create(scope=scan.scope, product=product, batch=uuid.uuid4())
    with pytest.raises(Unreadable, match="is being taken in"):
        undo_scan(scan, by=mel)
    assert Finding.objects.count() == 1


def test_an_undo_that_was_cut_off_goes_on_where_it_was(take_in, mel, product):
    take_in(report_of(*range(1, 701)))
    before = rows()
    take_in(report_of(*range(3, 703)))
    scan = Scan.objects.order_by("-pk").first()

    def cut(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undoing.Undo(product, scan.batch, by=mel, progress=cut).run()
    assert rows() != before
    undo_newest(mel)
    assert rows() == before


def test_every_finding_that_changes_has_a_line_of_history(take_in):
    take_in(report_of(10, 20))
    take_in(report_of(11))
    actions = Change.objects.filter(subject_type="debt.finding").values_list("action", flat=True)
    assert sorted(actions) == ["closed", "found", "found", "moved"]


# -- suggestions -----------------------------------------------------------------------------------


def sonar(*efforts, path="billing/tax.py"):
    issues = [
        {"engineId": "Lint", "ruleId": "S1", "effortMinutes": effort,
         "primaryLocation": {"message": "Too long", "filePath": path,
                             "textRange": {"startLine": line}}}
        for line, effort in enumerate(efforts, start=1)
    ]  # fmt: skip
    return {"issues": issues}


def test_a_rule_in_a_component_is_one_suggestion_the_largest_first(take_in, product, orders):
    rows = [result(rule="R1", path="billing/a.py", line=n) for n in range(3)]
    rows += [result(rule="R1", path=f"orders/{n}.py") for n in range(5)]
    take_in(sarif(*rows))
    found = [(s.rule, s.component, s.findings, s.files) for s in scan_services.suggestions(product)]
    assert found == [("R1", "Orders", 5, 5), ("R1", "Billing", 3, 1)]


def test_suggestions_whose_files_change_most_come_first(take_in, product):
    now = timezone.now()
    run = HistoryRun.objects.create(
        product=product, repository="pay", source="upload", ready=True, looked_at=now
    )
    MinedChange.objects.create(run=run, commit="a", at=now, paths=["billing/hot.py"])
    rows = [result(rule="R1", path="billing/cold.py", line=n) for n in range(3)]
    take_in(sarif(*rows, result(rule="R2", path="billing/hot.py")))
    found = [(row.rule, bool(row.touches)) for row in scan_services.suggestions(product)]
    assert found == [("R2", True), ("R1", False)]


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


def test_a_suggestion_becomes_one_item_with_its_findings(take_in, product, billing, mel):
    take_in(report_of(1, 2, 3))
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    assert (DebtItem.objects.count(), item.findings.count()) == (1, 3)
    assert item.title == "Said (R1) in Billing"
    assert list(item.evidence.values_list("text", flat=True)) == ["billing/tax.py"]
    assert scan_services.suggestions(product) == []


def test_later_findings_of_the_rule_join_the_item(take_in, product, billing, mel):
    take_in(report_of(1))
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    take_in(report_of(1, 9))
    (suggestion,) = scan_services.suggestions(product)
    assert (suggestion.findings, suggestion.item) == (1, item.key)
    again = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    assert (again.pk, item.findings.count()) == (item.pk, 2)


def test_a_suggestion_is_accepted_once(take_in, product, billing, mel):
    take_in(report_of(1))
    scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    with pytest.raises(ValidationError, match="No finding of this rule waits"):
        scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)


def test_declared_effort_is_the_principal(take_in, product, billing, mel):
    from debt.inputs import inputs_of
    from debt.queries import current_model, linked_facts

    take_in(sonar(240, 240))
    item = scan_services.accept_suggestion(product, by=mel, rule="S1", component=billing)
    effort = linked_facts([item])[item.pk].effort
    found = inputs_of(item, model=current_model().parameters, capacity=10, interests={},
                      estimate=None, exposure_share=None, effort=effort)  # fmt: skip
    assert tuple(found.inputs.principal) == (0.5, 1, 2)
    assert found.sources["principal"] == "imported"


def test_effort_that_nobody_declares_is_unknown(take_in, product, billing, mel):
    from debt.queries import linked_facts

    take_in(report_of(1))
    item = scan_services.accept_suggestion(product, by=mel, rule="R1", component=billing)
    assert linked_facts([item])[item.pk].effort is None


def test_a_verdict_needs_a_reason(take_in, product, lena):
    take_in(report_of(1))
    with pytest.raises(ValidationError, match="Say why"):
        scan_services.judge(product, [Finding.objects.get()], by=lena, verdict="accepted", why=" ")


# -- commands --------------------------------------------------------------------------------------


def call(capsys, *words):
    call_command(*map(str, words), "--json")
    return json.loads(capsys.readouterr().out)


def test_the_command_takes_a_report_in(billing, root, tmp_path, capsys):
    path = tmp_path / "report.sarif"
    path.write_text(json.dumps(report_of(1, 2)))
    words = ("import_scan", path, "--component", "billing", "--complete")
    assert counts(call(capsys, *words, "--dry-run")) == {"new": 2}
    assert len(call(capsys, *words)["new"]) == 2
    assert [row["reason"] for row in call(capsys, *words)["kept"]] == ["found by its message"] * 2


def test_the_command_names_what_there_is(billing, root, tmp_path):
    with pytest.raises(CommandError, match=r"There is no component x\. There are: billing"):
        call_command("import_scan", __file__, "--component", "x")


def test_a_file_that_is_cut_off_takes_nothing_in(billing, root, tmp_path):
    path = tmp_path / "report.sarif"
    path.write_text(json.dumps(report_of(1, 2))[:-20])
    with pytest.raises(CommandError, match="cut off"):
        call_command("import_scan", str(path), "--component", "billing")
    assert not Scan.objects.exists()


def test_comments_of_a_folder_are_taken_in_as_one_more_source(billing, root, tmp_path, capsys):
    (tmp_path / "a.py").write_text("# TODO: one\n# FIXME: two\n")
    words = ("scan_todos", tmp_path, "--component", "billing")
    assert counts(call(capsys, *words)) == {"new": 2}
    (tmp_path / "a.py").write_text("\n# TODO: one\n")
    assert counts(call(capsys, *words)) == {"moved": 1, "closed": 1}
