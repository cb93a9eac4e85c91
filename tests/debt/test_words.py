"""Names in words: parameters, narrow areas of the map, titles that ask; a budget that is typed."""

import pytest
from django.urls import reverse

from debt import queries
from debt.maths.treemap import Box
from debt.pages import map_charts, model_words
from debt.pages.map_charts import Cell
from tpm import formats

pytestmark = pytest.mark.django_db


def test_every_parameter_of_every_model_is_named_in_words(client_of, vic):
    named = {str(name) for name in model_words.NAMES.values()}
    for model in queries.score_models():
        for words, _name, _value in model_words.lines(model.parameters):
            assert words.partition(": ")[0] in named or words in named
            assert "_" not in words
    page = client_of(vic).get("/debt/model/").content.decode()
    assert "Days to fix of a size, low, likely, high: XS" in page
    assert page.index("Burden: points at the most") < page.index("burden.points")


def test_a_narrow_area_of_the_map_has_its_name_downwards():
    cell = Cell("Admin console", 3.0, "8", 1, "", 0, "Admin console")
    down = map_charts.drawn(cell, Box(0, 0, 30, 200))
    assert 'transform="rotate(90)">Admin console</text>' in down
    across = map_charts.drawn(cell, Box(0, 0, 50, 30))
    assert ">Admi…</text>" in across
    assert "rotate" not in across
    assert "<text" not in map_charts.drawn(cell, Box(0, 0, 15, 200))


def test_the_budget_of_a_payoff_can_be_typed(client_of, ada, product, make_debt):
    make_debt()
    address = reverse("debt:payoff", args=[product.key])
    page = client_of(ada).get(address, {"budget": "12.5", "place": "last"}).content.decode()
    assert 'form="typed" name="budget" inputmode="decimal" size="5" value="12.5"' in page
    form = page.partition('<form id="typed"')[2].partition("</form>")[0]
    assert 'method="get"' in form
    assert 'name="place" value="last"' in form


@pytest.mark.parametrize(
    ("text", "said"), [("A faster service?", "A faster service?"), ("Slow", "Slow.")]
)
def test_what_ends_with_a_mark_of_its_own_gets_no_full_stop(client_of, mel, product, text, said):
    assert formats.ended(text) == said
    answer = client_of(mel).post("/p/PAY/debt/", {"line": text, "then": "stay"}, follow=True)
    assert f"Logged PAY-D1 {said}<" in answer.content.decode()
