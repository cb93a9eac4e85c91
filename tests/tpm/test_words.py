"""What an address may say, and every door that reads it."""

import pytest

from tpm.words import number_or_none, word_of


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("", None), ("x", None), ("²", None), ("-1", None), ("9" * 19, None)],
)
def test_a_number_is_read_where_a_row_can_have_it(text, number):
    assert number_or_none(text) == number


def test_a_word_is_cut_and_has_no_nul():
    assert word_of({"q": " a\0b" + "c" * 300}, "q", 5) == "abccc"
    assert word_of({}, "q") == ""


HARD = ["9" * 23, "²", "%00", "%00abc", "9" * 5000, "-1"]
PAGES = [
    "/p/PAY/items/?owner={}",
    "/p/PAY/items/?objective={}",
    "/p/PAY/items/?q={}",
    "/p/PAY/decisions/?driver={}",
    "/p/PAY/decisions/?tier={}",
    "/p/PAY/decisions/?criterion={}",
    "/p/PAY/decisions/?q={}",
    "/p/PAY/debt/?team={}",
    "/p/PAY/debt/?component={}",
    "/p/PAY/debt/?tag={}",
    "/p/PAY/debt/?q={}",
    "/search/?q={}",
    "/api/v1/items/?product={}",
    "/api/v1/debt-items/?product={}",
    "/api/v1/debt-items/?state={}",
    "/api/v1/decisions/?product={}",
    "/api/v1/decisions/?state={}",
]


@pytest.mark.parametrize("hard", HARD)
@pytest.mark.parametrize("page", PAGES)
def test_no_address_breaks_a_page(page, hard, vic, client_of):
    assert client_of(vic).get(page.format(hard)).status_code == 200


@pytest.mark.parametrize("hard", HARD)
def test_no_comparison_breaks_a_decision(hard, product, mel, client_of):
    from tradeoffs.services import draft_decision

    decision = draft_decision(product, by=mel, title="Which?", options=["A", "B"])
    page = f"{decision.get_absolute_url()}?a={hard}&b={hard}"
    assert client_of(mel).get(page).status_code == 200


@pytest.mark.parametrize(
    "body", ["[]", "[1]", '"x"', "1", '{"product": 1}', '{"product": ["PAY"]}']
)
@pytest.mark.parametrize("name", ["items", "forecasts", "debt-items", "decisions"])
def test_a_body_that_names_no_product_is_told_so(name, body, product, lena, client_of):
    answer = client_of(lena).post(f"/api/v1/{name}/", body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (
        400,
        {"product": ["Name a product by its key."]},
    )
