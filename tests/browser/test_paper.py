"""The printed timeline: as many sheets as pages, of the paper that was chosen."""

import re

import pytest

KEY = "from tpm.models import Product; answer = Product.objects.filter(is_sample=True).first().key"
SHEET = re.compile(rb"/Type\s*/Page\b")
BOX = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")
MILLIMETRE = 72 / 25.4


@pytest.fixture
def paper(sample_site, administrator_cookies, new_context):
    """Opens the print page with a query."""

    def go(query: str = "", **options):
        page = new_context(cookies=administrator_cookies, **options).new_page()
        key = sample_site.django(KEY)
        page.goto(f"{sample_site.url}/p/{key}/roadmap/print/{query}")
        return page

    return go


@pytest.mark.parametrize(
    ("query", "width", "height"), [("", 297, 210), ("?paper=a3&state=any", 420, 297)]
)
def test_a_pdf_has_a_sheet_for_every_page(paper, query, width, height):
    page = paper(query)
    shown = page.locator(".sheet").count()
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(SHEET.findall(pdf)) == shown >= 2
    assert len(pdf) < 150_000 * shown  # drawn, not painted in pixels
    sizes = {tuple(round(float(side) / MILLIMETRE) for side in box) for box in BOX.findall(pdf)}
    assert sizes == {(width, height)}


def test_a_page_says_what_it_is(paper):
    page = paper()
    first = page.locator(".sheet").first.inner_html()
    for word in ("As of ", "roadmap", "Page 1 of ", "P85", "baseline", "Today"):
        assert word in first


def test_the_hint_is_not_printed_and_needs_no_scripts(paper):
    page = paper(java_script_enabled=False)
    hint = page.get_by_text("Print with Ctrl P")
    assert hint.is_visible()
    page.emulate_media(media="print")
    assert not hint.is_visible()
