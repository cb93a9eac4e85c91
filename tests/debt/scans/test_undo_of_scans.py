"""Taking a report back: exactly, where nobody touched its findings since."""

import json
import uuid

import pytest
from django.utils import timezone

from debt import scan_services
from debt.models import Finding, Scan, Sighting
from debt.scan_services import applying, undoing
from debt.scans import Unreadable
from tests.debt.scans.conftest import report_of, undo_scan
from tests.debt.scans.test_reading import result, sarif
from tpm import jobs

pytestmark = pytest.mark.django_db


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
    "held_by", "last_scan",
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
    assert undo_scan(scan, by=mel).stayed == [], "what touched them since was taken back itself"
    assert rows() == free


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


def last_seen():
    return set(Finding.objects.values_list("last_scan", flat=True))


def test_undo_says_again_which_scan_saw_a_finding_last(take_in, mel):
    take_in(report_of(1, 2))
    first = Scan.objects.get()
    take_in(report_of(1, 2), complete=False)  # nothing of them changes
    assert last_seen() == {Scan.objects.order_by("-pk").first().pk}
    undo_newest(mel)
    assert last_seen() == {first.pk}


def test_scans_that_are_taken_back_one_after_another_leave_no_trace(take_in, mel):
    take_in(report_of(1, 2))
    first = Scan.objects.get()
    take_in(report_of(1, 2), complete=False)
    take_in(report_of(1, 2, 3), complete=False)
    for scan in Scan.objects.order_by("-pk")[:2]:
        assert undo_scan(scan, by=mel).stayed == []
    assert last_seen() == {first.pk}
    assert undo_scan(first, by=mel).removed == 2


def test_what_a_later_scan_saw_stays_seen_by_it(take_in, mel):
    for _ in range(3):
        take_in(report_of(1), complete=False)
    _, second, third = Scan.objects.order_by("pk")
    undo_scan(second, by=mel)
    assert last_seen() == {third.pk}


def test_sightings_of_very_old_scans_are_let_go(take_in, monkeypatch):
    monkeypatch.setattr(applying, "UNDO_SCANS", 2)
    for _ in range(5):
        take_in(report_of(1), complete=False)
    newest = Scan.objects.order_by("-pk").values_list("pk", flat=True)[:2]
    assert set(Sighting.objects.values_list("scan", flat=True)) == set(newest)


def test_scans_that_changed_the_same_finding_are_taken_back_one_after_another(take_in, mel):
    take_in(report_of(1, 2))
    states = []
    for line in (5, 9):
        states.append(rows())
        take_in(report_of(1, line))
    for scan, before in zip(Scan.objects.order_by("-pk")[:2], reversed(states), strict=True):
        assert undo_scan(scan, by=mel).stayed == []
        assert rows() == before


def test_what_a_person_said_between_two_undone_scans_stays(take_in, mel, lena):
    take_in(report_of(1))
    take_in(report_of(5))
    take_in(report_of(9))
    finding = Finding.objects.get()
    scan_services.judge(finding.product, [finding], by=lena, verdict="accepted", why="Known")
    for scan in Scan.objects.order_by("-pk"):
        undo = undo_scan(scan, by=mel)
        assert (undo.removed, undo.restored, len(undo.stayed)) == (0, 0, 1)
    assert Finding.objects.get().line == 9
