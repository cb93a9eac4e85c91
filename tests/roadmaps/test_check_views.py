"""Pages of checks: the section of an item, the list by date, and every form."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roadmaps import queries, services
from roadmaps.models import Check, CheckEvidence, CheckTemplate, Item, ItemForecast
from roadmaps.pages import checks as check_page
from roadmaps.services.estimates import estimate_from_text
from tpm.models import Component

LIST = "/p/PAY/checks/"
DAY = datetime.timedelta(days=1)


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def item(make_item, team) -> Item:
    return make_item(team=team, title="Vault")


@pytest.fixture
def make_check(item, mel):
    def make(sentence="Reviewed by somebody else", **fields) -> Check:
        kind = fields.pop("kind", "security")
        on = fields.pop("on", item)
        return services.add_check(on, by=mel, kind=kind, sentence=sentence, **fields)

    return make


# The section of an item


def test_the_item_says_what_is_asked_of_it(client_of, vic, make_check, today):
    make_check(due_on=today + 40 * DAY, due_because="legal")
    page = text_of(client_of(vic).get("/i/PAY-1/"))
    assert "Reviewed by somebody else" in page
    assert "required by law" in page
    assert "0 of 1 met" in page


def test_a_viewer_is_offered_nothing_to_press(client_of, vic, mel, make_check):
    make_check()
    for page in ("/i/PAY-1/", "/i/PAY-1/checks/1/", LIST):
        assert "checks/1/evidence/" not in text_of(client_of(vic).get(page))
        assert page == LIST or "/checks/new/" not in text_of(client_of(vic).get(page))
    assert "checks/1/evidence/" in text_of(client_of(mel).get("/i/PAY-1/"))


def test_what_people_typed_is_escaped(client_of, lena, mel, make_check, today):
    words = """<b>&"'"""
    check = make_check(sentence=words)
    services.add_evidence(check, by=mel, text=words)
    services.except_check(check, by=lena, reason=words, until=today)
    for page in ("/i/PAY-1/", "/i/PAY-1/checks/1/", f"{LIST}?state=any"):
        assert "<b>&" not in text_of(client_of(lena).get(page))


def test_more_checks_cost_no_more_queries(client_of, mel, make_check, today, product):
    client = client_of(mel)

    def queries_of(count: int) -> int:
        for number in range(count):
            check = make_check(sentence=f"Rule {count}.{number}", due_on=today + 30 * DAY)
            services.add_evidence(check, by=mel, text="Seen", valid_until=today)
        services.refresh_forecast(product.pk, trials=100)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/i/PAY-1/").status_code == 200
        return len(captured)

    client.get("/i/PAY-1/")
    assert queries_of(2) == queries_of(4)


def test_done_work_with_an_open_check_says_so(client_of, vic, make_check, item, today):
    make_check()
    Item.objects.filter(pk=item.pk).update(state="done", finished_on=today)
    assert "Done with open checks" in text_of(client_of(vic).get("/i/PAY-1/"))


def test_the_move_says_before_and_after_that_a_check_is_open(client_of, ada, make_check):
    make_check()
    client = client_of(ada)
    assert "It cannot be done while a check is open" in text_of(
        client.get("/i/PAY-1/move/?to=done")
    )
    answer = client.post("/i/PAY-1/move/", {"state": "done"})
    assert answer.status_code == 422
    assert "1 check is open: “Reviewed by somebody else”" in text_of(answer)


def test_the_roadmap_list_marks_items_with_open_checks(client_of, vic, make_check):
    make_check()
    make_check(sentence="Another")
    assert "2 checks" in text_of(client_of(vic).get("/p/PAY/items/"))


# The chance of a date


def chance(check: Check) -> check_page.Chance:
    return check_page.chances_of([Check.objects.select_related("item__product").get(pk=check.pk)])[
        check.pk
    ]


def test_the_chance_grows_with_the_day_and_agrees_with_the_quantiles(
    make_check, item, ada, product
):
    estimate_from_text(item, by=ada, text="20..40..90")
    services.refresh_forecast(product.pk, trials=500)
    dates = ItemForecast.objects.get(item=item)
    shares = [
        chance(make_check(sentence=f"Rule {n}", due_on=dates.p10 + n * DAY)).share
        for n in range(0, 150, 10)
    ]
    assert shares == sorted(shares)
    for part in ("p10", "p50", "p85", "p95"):
        day = getattr(dates, part)
        share = int(part[1:]) / 100
        assert check_page.share_by(dates, day) >= share
        assert check_page.share_by(dates, day - DAY) < share


def test_the_chance_of_the_target_is_the_one_of_the_run(make_check, item, ada, product, today):
    target = today + 60 * DAY
    services.edit_item(item, by=ada, version=None, target_date=target)
    estimate_from_text(item, by=ada, text="20..40..90")
    services.refresh_forecast(product.pk, trials=500)
    found = chance(make_check(due_on=target))
    assert found.share == ItemForecast.objects.get(item=item).chance
    assert not found.stale


def test_a_change_of_the_plan_makes_the_chance_stale(make_check, item, ada, product, today):
    estimate_from_text(item, by=ada, text="2..4..9")
    services.refresh_forecast(product.pk, trials=100)
    estimate_from_text(item, by=ada, text="2..4..10")
    assert chance(make_check(due_on=today + 60 * DAY)).stale


def test_without_a_forecast_it_says_so(make_check, today):
    assert chance(make_check(due_on=today)).words == "no forecast yet"


def test_an_idea_has_no_chance(make_check, make_item, today):
    found = chance(make_check(on=make_item(state="idea"), due_on=today))
    assert (found.share, found.words) == (None, "no forecast: it is an idea")


def test_done_work_was_in_time_or_late(make_check, item, today):
    check = make_check(due_on=today)
    Item.objects.filter(pk=item.pk).update(state="done", finished_on=today)
    assert chance(check).words == "done in time"
    Item.objects.filter(pk=item.pk).update(finished_on=today + 2 * DAY)
    assert chance(check).words == "2 d late"


# The list


def shown(client, query="") -> list[str]:
    """Sentences of the rows, in their order."""
    response = client.get(LIST + query)
    assert response.status_code == 200
    return [check.sentence for check in response.context["page"].object_list]


def test_the_list_is_by_date_and_leaves_what_is_met_out(client_of, vic, mel, make_check, today):
    make_check("Undated")
    make_check("Later", due_on=today + 9 * DAY)
    make_check("Sooner", due_on=today + DAY)
    services.add_evidence(make_check("Met"), by=mel, text="Seen")
    assert shown(client_of(vic)) == ["Sooner", "Later", "Undated"]


def test_an_outsider_finds_no_list(client_of, grace, make_check):
    make_check()
    assert client_of(grace).get(LIST).status_code == 404


def test_a_check_that_lapsed_on_done_work_stays_on_the_list(
    client_of, vic, make_check, item, today
):
    make_check()
    Item.objects.filter(pk=item.pk).update(state="done", finished_on=today)
    page = client_of(vic).get(LIST)
    assert "done with open checks" in text_of(page)


def test_dropped_work_asks_for_nothing(client_of, vic, ada, make_check, item):
    make_check()
    services.move_item(item, by=ada, state="dropped")
    assert shown(client_of(vic), "?state=any") == []


@pytest.fixture
def two(make_check, make_item, make_team, product, item, mel, lena, today):
    """A check that every filter below finds, and one that it does not."""
    vault = Component.objects.create(key="vault", name="Vault")
    vault.products.set([product])
    item.components.set([vault])
    wanted = make_check(
        "Wanted", kind="compliance", owner=mel.person, due_on=today - DAY, due_because="legal"
    )
    make_check("Other", kind="quality", on=make_item(team=make_team(product)))
    return wanted


@pytest.mark.parametrize(
    "query",
    ["?q=want", "?kind=compliance", "?owner=me", "?team=rails", "?component=vault", "?due=overdue",
     "?due=dated"],
)  # fmt: skip
def test_every_filter_narrows_the_list(client_of, mel, two, query):
    assert shown(client_of(mel), query) == ["Wanted"]


@pytest.mark.parametrize("query", ["?owner=none", "?due=none"])
def test_what_has_none_is_found_too(client_of, mel, two, query):
    assert shown(client_of(mel), query) == ["Other"]


@pytest.mark.parametrize("state", ["met", "excepted", "expired", "open"])
def test_the_list_shows_each_state(
    client_of, vic, mel, lena, make_check, today, state, monkeypatch
):
    for name in ("met", "excepted", "expired", "open"):
        make_check(name)
    of = {row.sentence: row for row in Check.objects.select_related("item__product")}
    services.add_evidence(of["met"], by=mel, text="Seen")
    services.add_evidence(of["expired"], by=mel, text="Old", valid_until=today)
    services.except_check(of["excepted"], by=lena, reason="Later", until=today + 9 * DAY)
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + DAY)
    assert shown(client_of(vic), f"?state={state}") == [state]


def test_words_that_mean_nothing_are_left_out(client_of, vic, two):
    query = "?state=nonsense&owner=x&kind=y&due=z&page=99"
    assert shown(client_of(vic), query) == ["Wanted", "Other"]


def test_twice_the_rows_cost_the_same_queries(
    client_of, mel, make_check, make_item, team, product, today
):
    client = client_of(mel)

    def queries_of(count: int) -> int:
        for number in range(count):
            item = make_item(team=team, owner=mel.person)
            check = make_check(f"Rule {number}", on=item, owner=mel.person, due_on=today + 20 * DAY)
            piece = services.add_evidence(check, by=mel, text="Seen")
            services.withdraw_evidence(piece, by=mel, why="Wrong")
        services.refresh_forecast(product.pk, trials=100)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    client.get(LIST)
    few = queries_of(3)
    assert few == queries_of(6)
    assert few <= 15


def test_without_any_check_the_list_says_how_to_begin(client_of, vic, product):
    assert "Choose an item" in text_of(client_of(vic).get(LIST))


def test_filters_that_hide_everything_are_named(client_of, vic, two):
    page = text_of(client_of(vic).get(f"{LIST}?q=nothing-has-this"))
    assert "Nothing matches." in page
    assert "Clear filters" in page


def test_where_all_is_met_the_list_says_so(client_of, vic, mel, make_check):
    services.add_evidence(make_check(), by=mel, text="Seen")
    assert "No check keeps work from being done." in text_of(client_of(vic).get(LIST))


# Forms


def test_a_member_writes_a_check(client_of, mel, item, today):
    words = {"kind": "performance", "sentence": "p95 ≤ 300 ms", "due_on": str(today + DAY),
             "due_because": "agreed"}  # fmt: skip
    answer = client_of(mel).post("/i/PAY-1/checks/new/", words)
    assert answer["Location"] == "/i/PAY-1/#checks"
    assert Check.objects.get().sentence == "p95 ≤ 300 ms"


def test_what_was_typed_stays_when_something_is_wrong(client_of, mel, item):
    answer = client_of(mel).post(
        "/i/PAY-1/checks/new/", {"kind": "quality", "sentence": "Kept", "due_on": "tomorrow"}
    )
    assert answer.status_code == 422
    assert "Kept" in text_of(answer)
    assert "Type a day such as" in text_of(answer)


def test_chosen_templates_become_checks(client_of, mel, ada, item, product):
    one, other = (
        services.create_template(product, by=ada, kind="quality", sentence=word) for word in "AB"
    )
    client_of(mel).post("/i/PAY-1/checks/apply/", {"template": [one.pk]})
    assert [check.template for check in Check.objects.all()] == [one]
    assert queries.fitting_templates(item) == [other]


def test_a_template_of_another_product_is_not_taken(client_of, mel, item, grace, other_product):
    template = services.create_template(other_product, by=grace, kind="quality", sentence="A")
    client_of(mel).post("/i/PAY-1/checks/apply/", {"template": [template.pk]})
    assert not Check.objects.exists()


def test_a_link_is_kept_as_evidence_and_leads_back(client_of, mel, make_check):
    make_check()
    words = {"text": "https://example.org/r", "back": f"{LIST}?kind=security"}
    answer = client_of(mel).post("/i/PAY-1/checks/1/evidence/", words)
    assert answer["Location"] == f"{LIST}?kind=security"
    assert CheckEvidence.objects.get().kind == "link"


@pytest.mark.parametrize("back", ["//evil.example/p/PAY/", "https://evil.example/", "/p/OPS/"])
def test_a_form_never_leads_out_of_the_product(client_of, mel, make_check, back):
    make_check()
    answer = client_of(mel).post("/i/PAY-1/checks/1/evidence/", {"text": "Seen", "back": back})
    assert answer["Location"] == "/i/PAY-1/#checks"


def test_nothing_is_no_evidence(client_of, mel, make_check):
    make_check()
    answer = client_of(mel).post("/i/PAY-1/checks/1/evidence/", {"text": ""})
    assert answer.status_code == 422
    assert "Give a link, a sentence or a file." in text_of(answer)


def test_a_file_comes_back_as_an_attachment_that_does_nothing(
    client_of, mel, vic, grace, make_check, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    make_check()
    file = SimpleUploadedFile("report.html", b"<script>", content_type="text/html")
    client_of(mel).post("/i/PAY-1/checks/1/evidence/", {"file": file})
    address = f"/i/PAY-1/checks/1/evidence/{CheckEvidence.objects.get().pk}/file/"
    answer = client_of(vic).get(address)
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Disposition"] == 'attachment; filename="report.html"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(grace).get(address).status_code == 404


def test_a_file_that_is_gone_is_not_found(client_of, mel, make_check, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_check()
    client_of(mel).post("/i/PAY-1/checks/1/evidence/", {"file": SimpleUploadedFile("a", b"x")})
    piece = CheckEvidence.objects.get()
    piece.file.storage.delete(piece.file.name)
    assert client_of(mel).get(f"/i/PAY-1/checks/1/evidence/{piece.pk}/file/").status_code == 404


def test_withdrawn_evidence_stays_in_sight_with_the_reason(client_of, mel, make_check):
    piece = services.add_evidence(make_check(), by=mel, text="Wrong report")
    client = client_of(mel)
    client.post(f"/i/PAY-1/checks/1/evidence/{piece.pk}/withdraw/", {"why": "Another release"})
    page = text_of(client.get("/i/PAY-1/checks/1/"))
    assert "Wrong report" in page
    assert "Another release" in page
    assert "no evidence" in text_of(client.get("/i/PAY-1/"))


def test_a_lead_lets_it_wait_until_a_day(client_of, lena, make_check, today):
    make_check()
    words = {"until": str(today + DAY), "reason": "Booked for March"}
    client_of(lena).post("/i/PAY-1/checks/1/exception/", words)
    assert "Excepted until" in text_of(client_of(lena).get("/i/PAY-1/"))


def test_an_exception_of_yesterday_is_refused_at_its_field(client_of, lena, make_check, today):
    make_check()
    words = {"until": str(today - DAY), "reason": "Late"}
    answer = client_of(lena).post("/i/PAY-1/checks/1/exception/", words)
    assert answer.status_code == 422
    assert "An exception ends today or later." in text_of(answer)


def test_an_exception_that_ended_says_so(client_of, vic, lena, make_check, today, monkeypatch):
    services.except_check(make_check(), by=lena, reason="Booked", until=today)
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + DAY)
    for page in ("/i/PAY-1/", LIST):
        assert "its exception ended on" in text_of(client_of(vic).get(page))


def test_an_edit_from_an_old_version_shows_both(client_of, ada, make_check):
    check = make_check()
    services.edit_check(check, by=ada, version=1, sentence="Theirs")
    words = {"kind": "security", "sentence": "Mine", "version": 1}
    answer = client_of(ada).post("/i/PAY-1/checks/1/edit/", words)
    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert "Mine" in text_of(answer)


def test_a_dropped_check_leaves_the_item_but_keeps_its_page(client_of, lena, make_check):
    make_check()
    client = client_of(lena)
    client.post("/i/PAY-1/checks/1/drop/", {"why": "No script there"})
    assert "Reviewed by" not in text_of(client.get("/i/PAY-1/")).split('id="activity"')[0]
    assert "Dropped on" in text_of(client.get("/i/PAY-1/checks/1/"))


# Templates


def test_a_planner_adds_a_template_of_the_product(client_of, ada, product):
    words = {"kind": "security", "sentence": "Reviewed", "item_kinds": ["feature"]}
    client_of(ada).post(f"{LIST}templates/new/", words)
    template = CheckTemplate.objects.get()
    assert (template.product, template.item_kinds) == (product, ["feature"])


def test_only_an_administrator_offers_one_everywhere(client_of, ada, root, product):
    words = {"kind": "security", "sentence": "Reviewed", "everywhere": "on"}
    client_of(ada).post(f"{LIST}templates/new/", words)
    assert CheckTemplate.objects.get().product == product
    client_of(root).post(f"{LIST}templates/new/", words)
    template = CheckTemplate.objects.get(product=None)
    assert client_of(ada).get(f"{LIST}templates/{template.pk}/").status_code == 403


def test_the_settings_lead_to_the_templates(client_of, vic, product):
    assert f"{LIST}templates/" in text_of(client_of(vic).get("/p/PAY/settings/"))


# Home


def test_home_names_my_checks_that_are_due(client_of, mel, ada, make_check, today):
    make_check("Mine", owner=mel.person, due_on=today + 9 * DAY)
    make_check("Far away", owner=mel.person, due_on=today + 90 * DAY)
    make_check("Of others", owner=ada.person, due_on=today + 9 * DAY)
    page = text_of(client_of(mel).get("/p/PAY/"))
    assert "Checks due" in page
    assert "Mine" in page
    assert "Far away" not in page
    assert "Of others" not in page


def test_home_names_my_checks_whose_evidence_runs_out(client_of, mel, make_check, today):
    check = make_check("Certified", owner=mel.person)
    services.add_evidence(check, by=mel, text="Certificate", valid_until=today + 20 * DAY)
    page = text_of(client_of(mel).get("/p/PAY/"))
    assert "Certified" in page
    assert "Its evidence counts until" in page


def test_home_is_silent_where_evidence_counts_for_good(client_of, mel, make_check, today):
    check = make_check(owner=mel.person, due_on=today)
    services.add_evidence(check, by=mel, text="Seen")
    assert "Checks due" not in text_of(client_of(mel).get("/p/PAY/"))
