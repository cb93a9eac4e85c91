"""Hotspots, pairs and shares of teams as they are kept: computed once for the same inputs."""

import datetime
import hashlib
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from debt import queries, services, tasks
from debt.models import Finding, HistoryFigures, HistoryRun, MinedChange, ScanScope
from debt.queries import figures as queries_figures
from debt.queries import histories as queries_history
from debt.services import history_figures
from tests.debt.mining.repositories import DAY
from tests.debt.test_histories import TODAY, billing, made, read, read_log  # noqa: F401 - fixtures
from tpm.models import Component, Product, Team

PAGE = "/p/PAY/debt/history/"


@pytest.fixture
def counted(monkeypatch):
    """How often the figures of a repository were computed."""
    done = []
    compute = history_figures.figures_of

    def counting(product, model, told):
        done.append(told.repository)
        return compute(product, model, told)

    monkeypatch.setattr(history_figures, "figures_of", counting)
    return done


def together(product, **options):
    return read_log(
        product, *[(f"aaaa{n}", n, "billing/a.py", "b.py") for n in range(6)], **options
    )


def test_a_reading_keeps_what_a_page_shows(product, team, billing):  # noqa: F811
    together(product)
    rows = queries_figures.figures_of(product)
    model = queries.current_model().parameters
    assert queries_figures.hotspots_in(rows, 20) == queries_history.hotspots_of(product, model)
    assert queries_figures.pairs_in(product, rows) == queries_history.coupling_of(product, model)
    assert queries_figures.pairs_in(product, rows)
    assert queries_figures.shares_in(rows) == pytest.approx({"": 0.5, "Rails": 0.5})


def test_pairs_of_a_component_have_a_file_in_it(product, billing):  # noqa: F811
    together(product)
    rows = queries_figures.figures_of(product)
    other = Component.objects.create(key="other", name="Other", path_prefixes=["other/"])
    other.products.add(product)
    assert len(queries_figures.pairs_in(product, rows, component=billing)) == 1
    assert queries_figures.pairs_in(product, rows, component=other) == []


def test_the_same_inputs_compute_nothing(product, made, counted):  # noqa: F811
    made.commit({"a.py": "1\n"}, at=TODAY - DAY)
    read(product, made)
    assert counted == ["pay"]
    kept = HistoryFigures.objects.values().get()
    read(product, made)  # looked at again on the same day: nothing is new
    assert services.refresh_figures(product) == 0
    assert counted == ["pay"]
    assert HistoryFigures.objects.values().get() == kept


def test_another_day_makes_them_older(product, counted):
    together(product)
    HistoryRun.objects.update(looked_at=timezone.now() + datetime.timedelta(days=40))
    assert services.products_behind() == [product.pk]
    before = HistoryFigures.objects.get().hotspots[0][1]
    tasks.refresh_figures(product.pk)
    assert HistoryFigures.objects.get().hotspots[0][1] < before
    assert services.products_behind() == []


def test_what_says_whose_a_file_is_makes_them_due(product, team, billing):  # noqa: F811
    together(product)
    billing.owner_team = Team.objects.create(slug="other", name="Other")
    billing.save()
    assert services.products_behind() == [product.pk]
    tasks.sweep_scores()
    tasks.refresh_figures(product.pk)
    rows = queries_figures.figures_of(product)
    assert queries_figures.shares_in(rows) == pytest.approx({"": 0.5, "Other": 0.5})


def test_a_reading_that_is_taken_back_takes_its_figures_along(product, ada):
    run = together(product)
    services.undo_run(run, by=ada)
    assert not HistoryFigures.objects.exists()
    assert services.products_behind() == []


def test_readings_of_another_product_stay(product, client_of, ada):
    other = Product.objects.create(key="OTH", name="Other")
    together(other)
    assert services.refresh_figures(product) == 0
    assert HistoryFigures.objects.get().product == other


def test_the_page_says_that_figures_are_still_computed(product, client_of, ada):
    together(product)
    HistoryFigures.objects.all().delete()
    assert "are being computed" in client_of(ada).get(PAGE).content.decode()


def test_a_page_reads_of_what_is_kept_what_it_would_compute(
    product,
    make_debt,
    billing,  # noqa: F811
):
    read_log(product, *[(f"aaaa{n}", n * 40, "billing/a.py", "b.py", "c.py") for n in range(6)])
    read_log(product, ("bbbb1", 1, "billing/new.py"), ("bbbb2", 2, "other/z.py", "b.py"))
    model = queries.current_model().parameters
    told = queries_history.told_of(product, model)
    kept = queries_figures.stories_of(product.pk, model)
    assert [one.runs for one in kept] == [one.runs for one in told]
    assert not kept[0].story.changes, "it was computed anew"
    for item in (
        make_debt(paths=["b.py:3", "billing/"]),
        make_debt(component=billing),
        make_debt(paths=["gone.py"]),
        make_debt(paths=["other"]),
    ):
        computed = queries_history.touches_of([item], model, told={product.pk: told}).get(item.pk)
        found = queries_figures.touches_of_one(item, model)
        assert (found is None) == (computed is None)
        if found is not None:
            names = ("as_of", "files", "ages", "shares")
            assert [getattr(found, name) for name in names] == [
                getattr(computed, name) for name in names
            ]
    assert queries_history.weighted(kept[0], model) == queries_history.weighted(told[0], model)
    assert queries_history.hotspots_of(
        product, model, component=billing, told=kept
    ) == queries_history.hotspots_of(product, model, component=billing, told=told)


def test_what_is_kept_of_readings_before_is_computed_anew(product, make_debt):
    together(product)
    item = make_debt(paths=["b.py"])
    model = queries.current_model().parameters
    run = HistoryRun.objects.create(
        product=product, repository="pay", source="upload", read=1, counted=1, ready=True
    )
    MinedChange.objects.create(run=run, commit="cccc1", at=timezone.now(), paths=["b.py"])
    found = queries_figures.touches_of_one(item, model)
    assert len(found.ages) == 7


def test_no_page_reads_twenty_thousand_changes(
    product,
    make_debt,
    billing,  # noqa: F811
    client_of,
    mel,
):
    now = timezone.now()
    files = [[f"billing/{n % 50}/f{n}.py", 10, 1, str(now.date())] for n in range(20_000)]
    run = HistoryRun.objects.create(
        product=product, repository="big", source="upload", ready=True, files=files
    )
    changes = [
        MinedChange(
            run=run,
            commit=hashlib.sha1(str(n).encode(), usedforsecurity=False).hexdigest(),
            at=now - datetime.timedelta(days=n * 180 / 20_000),
            paths=[files[(n * 7 + place) % 20_000][0] for place in range(5)],
        )
        for n in range(20_000)
    ]
    MinedChange.objects.bulk_create(changes, batch_size=1000)
    services.refresh_figures(product)
    item = make_debt(paths=["billing/1/f1.py"])
    scope = ScanScope.objects.create(
        product=product, component=billing, tool="ruff", repository="big"
    )
    Finding.objects.create(
        product=product,
        scope=scope,
        component=billing,
        rule="C901",
        path="billing/1/f1.py",
        level="warning",
    )
    browser = client_of(mel)
    for page in (item.get_absolute_url(), "/p/PAY/debt/scans/", "/p/PAY/debt/map/"):
        browser.get(page)  # what a process loads once
        since = time.process_time()
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page).status_code == 200
        assert not any("debt_minedchange" in row["sql"] and "paths" in row["sql"] for row in asked)
        assert time.process_time() - since < 1, page
