"""What an import did alike opens in its place, on the page of history."""

from playwright.sync_api import expect

HERE = """
from django.db.models import Count
from tpm.models import Change
rows = Change.objects.exclude(batch=None).order_by().values("product__key", "batch", "action")
row = rows.annotate(n=Count("pk")).order_by("-n").first()
answer = [row["product__key"], row["n"]]
"""


def test_a_line_of_an_import_opens_to_each_of_them(sample_site, administrator_cookies, new_context):
    key, count = sample_site.django(HERE)
    assert count > 1
    page = new_context(cookies=administrator_cookies).new_page()
    page.goto(f"{sample_site.url}/p/{key}/history/")
    for _place in range(20):
        if page.locator("details .key").count():
            break
        page.get_by_role("link", name="Next").click()
    line = page.locator("ol.stream details").first
    expect(line.locator("ol li")).to_have_count(0)
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(line.locator("ol li").first).to_be_visible()
