"""Hotspots, pairs and shares of teams as they are kept: computed once for the same inputs."""

import datetime

import pytest
from django.utils import timezone

from debt import queries, queries_figures, queries_history, services, tasks
from debt.models import HistoryFigures, HistoryRun
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
