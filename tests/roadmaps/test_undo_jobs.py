"""What has very many steps is taken back by a job, and nothing is taken back half done."""

import pytest

from roadmaps import bulk_jobs, services
from roadmaps.models import Item
from roadmaps.services.bulk import BulkChange, change_items
from tpm import jobs, operations, undo_jobs
from tpm.bulk import Report
from tpm.models import Job, Operation, Product

pytestmark = pytest.mark.django_db
UNDO = "/p/PAY/undo/"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(undo_jobs, "AT_ONCE", 2)
    monkeypatch.setattr(undo_jobs, "STEP", 2)


@pytest.fixture
def five(product, ada, make_item) -> list[Item]:
    """Five items that Ada made bets, as one operation."""
    items = [make_item() for _ in range(5)]
    Operation.objects.all().delete()
    change_items(product, [(item, None) for item in items], BulkChange("kind", "bet"), by=ada)
    return items


def kinds(items) -> list[str]:
    return list(Item.objects.filter(pk__in=[i.pk for i in items]).order_by("pk").values_list(
        "kind", flat=True
    ))  # fmt: skip


def the_job() -> Job:
    return Job.objects.latest("pk")


def test_the_page_hands_a_long_undo_to_the_worker(client_of, ada, five):
    answer = client_of(ada).post(UNDO)
    assert answer.url == f"/jobs/{the_job().pk}/"
    assert kinds(five) == ["bet"] * 5
    undo_jobs.run(the_job().pk)
    assert kinds(five) == ["feature"] * 5
    job = the_job()
    assert (job.state, job.done, job.total, job.report["taken back"]) == ("done", 5, 5, 5)


def test_a_script_is_told_that_the_worker_does_it(client_of, ada, five):
    answer = client_of(ada).post(UNDO, headers={"Accept": "application/json"})
    assert answer.status_code == 202
    assert "the worker does it" in answer.json()["words"]


def test_a_short_undo_is_done_at_once(client_of, ada, product, make_item):
    item = make_item()
    Operation.objects.all().delete()
    change_items(product, [(item, None)], BulkChange("kind", "bet"), by=ada)
    client_of(ada).post(UNDO)
    assert kinds([item]) == ["feature"]
    assert not Job.objects.exists()


def test_what_somebody_changed_since_stays_and_is_listed(ada, lena, five):
    services.edit_item(Item.objects.get(pk=five[1].pk), by=lena, version=None, kind="debt")
    job = undo_jobs.start(Operation.objects.get(), by=ada)
    undo_jobs.run(job.pk)
    assert kinds(five) == ["feature", "debt", "feature", "feature", "feature"]
    report = the_job().report
    assert (report["taken back"], report["left as they were"]) == (4, 1)
    assert "changed the kind of" in report["why they were left"][0]["why"]
    assert Operation.objects.get().undone_at is not None


def test_it_can_be_done_again_and_a_job_does_that_too(client_of, ada, five):
    undo_jobs.run(undo_jobs.start(Operation.objects.get(), by=ada).pk)
    client_of(ada).post("/p/PAY/redo/")
    undo_jobs.run(the_job().pk)
    assert kinds(five) == ["bet"] * 5
    assert Operation.objects.get().undone_at is None
    undo_jobs.run(undo_jobs.start(Operation.objects.get(), by=ada).pk)
    assert kinds(five) == ["feature"] * 5


def test_a_cancelled_undo_goes_on_from_where_it_stopped(ada, five, monkeypatch):
    job = undo_jobs.start(Operation.objects.get(), by=ada)
    some = undo_jobs.some

    def some_then_cancel(*args):
        jobs.cancel(job)
        return some(*args)

    monkeypatch.setattr(undo_jobs, "some", some_then_cancel)
    undo_jobs.run(job.pk)
    assert (the_job().state, kinds(five).count("feature")) == ("cancelled", 2)
    assert Operation.objects.get().undone_at is None
    monkeypatch.setattr(undo_jobs, "some", some)
    undo_jobs.run(undo_jobs.start(Operation.objects.get(), by=ada).pk)
    assert kinds(five) == ["feature"] * 5
    assert the_job().report["taken back"] == 3


def test_while_a_job_takes_it_back_nobody_else_does(client_of, ada, five):
    undo_jobs.start(Operation.objects.get(), by=ada)
    page = client_of(ada).post(UNDO, follow=True).content.decode()
    assert "is still running" in page
    assert Job.objects.count() == 1


def test_a_lost_job_goes_on(ada, five):
    job = undo_jobs.start(Operation.objects.get(), by=ada)
    undo_jobs.some(Operation.objects.get(), job, [])
    undo_jobs.run(job.pk)
    assert kinds(five) == ["feature"] * 5


def test_it_makes_the_forecast_due(ada, five, product):
    before = Product.objects.get(pk=product.pk).revision
    undo_jobs.run(undo_jobs.start(Operation.objects.get(), by=ada).pk)
    assert Product.objects.get(pk=product.pk).revision > before


def start_of_a_bulk_job(product, ada, items) -> Job:
    """A change of many items whose first step is done and whose job still runs."""
    picked = [(item.key, item.version) for item in items]
    job = bulk_jobs.start(product, picked, {"do": "kind", "value": "bet", "why": ""}, by=ada)
    form = bulk_jobs.BulkForm(job.arguments["data"], product=product)
    assert form.is_valid()
    bulk_jobs.JOBS.change_step(job, form, picked[:2], Report(), None, set())
    return job


def test_a_bulk_job_that_still_runs_is_not_undone(client_of, ada, product, make_item):
    items = [make_item() for _ in range(4)]
    Operation.objects.all().delete()
    job = start_of_a_bulk_job(product, ada, items)
    with pytest.raises(operations.Refused, match="is still running"):
        operations.undo(Operation.objects.get(), by=ada)
    page = client_of(ada).post(UNDO, follow=True).content.decode()
    assert "wait for it, or cancel it first" in page
    bulk_jobs.run(job.pk)
    operations.undo(Operation.objects.get(), by=ada)
    assert kinds(items) == ["feature"] * 4


def test_a_bulk_job_that_was_cancelled_is_undone_as_far_as_it_came(ada, product, make_item):
    items = [make_item() for _ in range(4)]
    Operation.objects.all().delete()
    job = start_of_a_bulk_job(product, ada, items)
    assert kinds(items).count("bet") == 2
    jobs.cancel(job)
    operations.undo(Operation.objects.get(), by=ada)
    assert kinds(items) == ["feature"] * 4


def test_a_bulk_job_whose_worker_was_lost_goes_on_as_one_operation(ada, product, make_item):
    items = [make_item() for _ in range(4)]
    Operation.objects.all().delete()
    job = start_of_a_bulk_job(product, ada, items)
    bulk_jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.report["changed"], job.report["left as they were"]) == (4, 0)
    assert len(Operation.objects.get().steps) == 4


def test_something_new_leaves_what_a_job_is_at(ada, five, product, make_item):
    undo_jobs.run(undo_jobs.start(Operation.objects.get(), by=ada).pk)
    again = undo_jobs.start(Operation.objects.get(), by=ada, back=False)
    change_items(product, [(make_item(), None)], BulkChange("kind", "debt"), by=ada)
    undo_jobs.run(again.pk)
    assert kinds(five) == ["bet"] * 5
