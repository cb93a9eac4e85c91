"""Items that several teams work on: who, how much each, and what the rest of the product says."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from roadmaps import outline, queries, services
from roadmaps.filters import Choices, ItemFilter
from roadmaps.forecasting import PlanPart
from roadmaps.gestures import GestureForm, read
from roadmaps.import_services.hands import hands_of
from roadmaps.models import ForecastRun, Item, ItemTeam
from roadmaps.services.bulk import BulkChange, after_workdays, change_items
from roadmaps.services.outlines import drafts_of, plan_outline, resolved
from roadmaps.services.teams import Part, parts_from_text, parts_of, text_of, with_team
from tpm import operations
from tpm.editing import EditConflict
from tpm.models import CalendarEntry, Change, Operation

TODAY = datetime.date.today()


@pytest.fixture
def risk(make_team, product):
    return make_team(product, name="Risk", slug="risk")


@pytest.fixture
def data(make_team, product):
    return make_team(product, name="Data", slug="data")


@pytest.fixture
def shared(make_item, team, risk, ada):
    """An item of Rails with 6 days and Risk with 4."""
    item = make_item(team=team)
    services.share_item(item, by=ada, parts=[Part(team, 6), Part(risk, 4, 2)])
    return item


def told(item):
    return [
        (part.team.name, part.days, part.crew) for part in parts_of(Item.objects.get(pk=item.pk))
    ]


def planned(product, item):
    plan = queries.plan_of(product, as_of=TODAY)
    return next(row for row in plan.items if row.id == item.pk)


# -- the service ---------------------------------------------------------------------------------


def test_an_item_names_what_each_team_does_of_it(shared, product, team, risk):
    assert told(shared) == [("Rails", 6, 1), ("Risk", 4, 2)]
    row = planned(product, shared)
    assert row.parts == (PlanPart(team.pk, 6, 1), PlanPart(risk.pk, 4, 2))
    assert row.team == team.pk


def test_one_team_alone_leaves_no_parts(shared, product, risk, ada):
    services.share_item(shared, by=ada, parts=[Part(risk, 9)])
    assert told(shared) == []
    stored = Item.objects.get(pk=shared.pk)
    assert (stored.team, stored.team_days) == (risk, None)
    assert planned(product, shared).parts == ()


def test_the_plan_is_due_and_history_says_it(shared, product, risk, team, ada):
    before = type(product).objects.get(pk=product.pk).revision
    services.share_item(shared, by=ada, parts=[Part(risk, 5), Part(team, 5)], why="Risk leads")
    assert type(product).objects.get(pk=product.pk).revision == before + 1
    change = Change.objects.filter(subject_id=shared.pk, fields__has_key="teams").first()
    assert change.fields["teams"] == ["Rails 6, Risk 4", "Risk 5, Rails 5"]
    assert change.why == "Risk leads"


def test_an_import_leaves_a_first_team_that_was_chosen_by_hand(shared, risk, team, ada):
    """It reads from history which fields people changed."""
    services.share_item(shared, by=ada, parts=[Part(risk, 5), Part(team, 5)])
    assert hands_of([shared.pk])[shared.pk].before["team"] == "Rails"
    services.share_item(shared, by=ada, parts=[Part(risk, 1), Part(team, 5)])
    newest = Change.objects.filter(subject_id=shared.pk).first()
    assert list(newest.fields) == ["teams"]


def test_the_same_again_changes_nothing(shared, team, risk, ada):
    version = shared.version
    assert not services.share_item(shared, by=ada, parts=[Part(team, 6), Part(risk, 4, 2)])
    assert Item.objects.get(pk=shared.pk).version == version


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda team, risk, lone: [Part(team, 1), Part(team, 2)], "Rails is twice here"),
        (lambda team, risk, lone: [Part(team, 1), Part(lone, 2)], "does not serve Payments"),
        (lambda team, risk, lone: [Part(team, 1), Part(risk, 0)], "more than 0"),
        (lambda team, risk, lone: [Part(team, 1), Part(risk, 1, 0)], "1 to 50 people of Risk"),
        (lambda team, risk, lone: [], "Name the team"),
    ],
)
def test_parts_that_no_item_can_have_are_refused(
    make_item, make_team, team, risk, ada, change, sentence
):
    item, lone = make_item(team=team), make_team(None, name="Lone")
    with pytest.raises(ValidationError, match=sentence):
        services.share_item(item, by=ada, parts=change(team, risk, lone))
    assert told(item) == []


def test_the_database_refuses_a_team_twice_and_days_of_nothing(shared, risk, data):
    for fields in ({"team": risk, "days": 1}, {"team": data, "days": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemTeam.objects.create(item=shared, **fields)
    with pytest.raises(ValidationError, match="names a team once"):
        ItemTeam(item=shared, team=risk, days=1).full_clean()


def test_whoever_read_an_older_version_is_told(shared, team, risk, ada):
    with pytest.raises(EditConflict):
        services.share_item(
            shared, by=ada, parts=[Part(team, 1), Part(risk, 1)], version=shared.version - 1
        )


# -- another first team --------------------------------------------------------------------------


def test_another_team_takes_the_place_of_the_first(shared, data, ada):
    changed = services.edit_item(shared, by=ada, version=shared.version, team=data, title="New")
    assert sorted(changed) == ["teams", "title"]
    assert told(shared) == [("Data", 6, 1), ("Risk", 4, 2)]


def test_a_further_team_changes_place_with_the_first(shared, risk, ada):
    services.edit_item(shared, by=ada, version=None, team=risk)
    assert told(shared) == [("Risk", 4, 2), ("Rails", 6, 1)]


def test_an_item_of_several_teams_is_not_left_without_its_first(shared, ada):
    with pytest.raises(ValidationError, match="say first which one does"):
        services.edit_item(shared, by=ada, version=None, team=None)


def test_another_crew_is_that_of_the_first(shared, ada):
    services.edit_item(shared, by=ada, version=None, crew=3)
    assert told(shared) == [("Rails", 6, 3), ("Risk", 4, 2)]


def test_with_team_never_names_one_twice(team, risk, data):
    parts = [Part(team, 1), Part(risk, 2), Part(data, 3)]
    assert [p.team for p in with_team(parts, data)] == [data, risk, team]


# -- undo ----------------------------------------------------------------------------------------


def test_undo_and_redo_bring_the_teams_back(make_item, product, team, risk, ada):
    item = make_item(team=team, crew=2)
    with operations.recorded(product, by=ada, words="shared"):
        services.share_item(item, by=ada, parts=[Part(risk, 3), Part(team, 1)])
    operation = Operation.objects.get(words="shared")
    operations.undo(operation, by=ada)
    stored = Item.objects.get(pk=item.pk)
    assert (told(item), stored.team, stored.crew) == ([], team, 2)
    operations.redo(operation, by=ada)
    assert told(item) == [("Risk", 3, 1), ("Rails", 1, 1)]


def test_undo_takes_an_item_back_to_no_team(make_item, product, team, risk, ada):
    item = make_item()
    with operations.recorded(product, by=ada, words="shared"):
        services.share_item(item, by=ada, parts=[Part(risk, 3), Part(team, 1)])
    operations.undo(Operation.objects.get(words="shared"), by=ada)
    stored = Item.objects.get(pk=item.pk)
    assert (stored.team, stored.team_days, stored.further_teams.count()) == (None, None, 0)


def test_undo_is_refused_once_somebody_changed_the_teams(shared, product, team, risk, data, ada):
    with operations.recorded(product, by=ada, words="mine"):
        services.share_item(shared, by=ada, parts=[Part(team, 1), Part(data, 1)])
    services.share_item(shared, by=ada, parts=[Part(team, 1), Part(risk, 1)])
    with pytest.raises(operations.Refused, match="changed since"):
        operations.undo(Operation.objects.get(words="mine"), by=ada)
    assert [name for name, *_ in told(shared)] == ["Rails", "Risk"]


def test_an_old_change_of_the_team_is_not_undone_into_a_team_twice(
    make_item, product, team, risk, ada
):
    item = make_item(team=risk)
    with operations.recorded(product, by=ada, words="moved"):
        services.edit_item(item, by=ada, version=None, team=team)
    services.share_item(item, by=ada, parts=[Part(team, 1), Part(risk, 1)])
    with pytest.raises(operations.Refused, match="among its teams already"):
        operations.undo(Operation.objects.get(words="moved"), by=ada)


# -- what reads it -------------------------------------------------------------------------------


def test_a_filter_finds_an_item_by_any_of_its_teams(shared, make_item, product, team, data, ada):
    alone = make_item(team=data)
    choices = Choices.of(product)

    def found(q):
        return set(ItemFilter(q=q).apply(Item.objects.filter(product=product), ada, choices))

    assert found("team:risk") == found("team:rails") == {shared}
    assert found("-team:risk") == found("team:data") == {alone}


def test_the_forecast_counts_the_work_in_each_team(shared, product, team, risk, ada):
    services.estimate_item(shared, by=ada, p10_days=9, p50_days=10, p90_days=11)
    services.refresh_forecast(product.pk, trials=200)
    run = ForecastRun.objects.get(product=product)
    loads = {row["name"]: sum(week["planned"] for week in row["weeks"]) for row in run.teams}
    assert loads["Rails"] / loads["Risk"] == pytest.approx(1.5, rel=0.02)
    assert loads["Rails"] + loads["Risk"] == pytest.approx(10, rel=0.15)


def test_what_moved_a_date_names_the_teams_as_a_step(shared, product, team, risk, ada):
    services.estimate_item(shared, by=ada, p10_days=20, p50_days=30, p90_days=40)
    services.refresh_forecast(product.pk, trials=200)
    services.share_item(shared, by=ada, parts=[Part(team, 10)])
    services.refresh_forecast(product.pk, trials=200)
    later, earlier = ForecastRun.objects.filter(product=product).order_by("-pk")
    story = services.explain_move(later, earlier)
    story.refresh_from_db()
    steps = {step["name"]: step for step in story.steps}
    assert steps["team"]["items"][str(shared.pk)]["p50_days"] > 0
    assert all(not step["items"] for name, step in steps.items() if name != "team")


def test_derived_days_are_those_of_all_its_teams(make_item, team, risk, ada):
    start = TODAY - datetime.timedelta(days=TODAY.weekday() + 14)
    item = make_item(team=team)
    services.share_item(item, by=ada, parts=[Part(team, 1), Part(risk, 1, 2)])
    services.move_item(item, by=ada, state="in_progress", on=start)
    services.move_item(item, by=ada, state="done", on=start + datetime.timedelta(days=4))
    assert item.actuals.get().person_days == pytest.approx(15)


def test_a_team_that_left_the_product_is_left_out_of_the_plan(shared, product, team, risk):
    risk.shares.all().delete()
    row = planned(product, shared)
    assert (row.team, row.parts) == (team.pk, ())


def test_an_import_that_names_a_further_team_first_leaves_one_of_it(shared, product, risk):
    Item.objects.filter(pk=shared.pk).update(team=risk)
    assert told(shared) == []
    row = planned(product, shared)
    assert (row.team, row.parts) == (risk.pk, ())


def test_a_preview_of_another_lane_says_what_keeping_it_does(shared, product, data, ada, make_item):
    """The further team stays, as the service leaves it."""
    services.estimate_item(shared, by=ada, p10_days=20, p50_days=30, p90_days=40)
    form = GestureForm(
        {"do": "lane", "item": shared.key, "version": shared.version, "lane": f"t{data.pk}"},
        product=product,
    )
    assert form.is_valid(), form.errors
    gesture = read(form)
    change = gesture.change()
    gesture.keep(by=ada)
    assert (change.team, change.parts) == (data.pk, planned(product, shared).parts)
    assert told(shared) == [("Data", 6, 1), ("Risk", 4, 2)]


def test_a_lane_of_no_team_is_refused_in_words(shared, product, ada):
    form = GestureForm({"do": "lane", "item": shared.key, "lane": "none-team"}, product=product)
    assert form.is_valid()
    with pytest.raises(ValidationError, match="say first which one does"):
        read(form).keep(by=ada)


# -- many at once, lines of text -----------------------------------------------------------------


def test_a_further_team_for_many_as_one_operation(make_item, product, team, risk, ada, shared):
    alone = make_item(team=team)
    services.estimate_item(alone, by=ada, p10_days=2, p50_days=8, p90_days=9)
    report, done = change_items(
        product, [(alone, alone.version), (shared, shared.version)], BulkChange("beside", risk),
        by=ada,
    )  # fmt: skip
    assert [item.pk for item, *_ in report.changed] == [alone.pk]
    assert [reason for _item, reason in report.refused] == ["Risk works on it already"]
    assert told(alone) == [("Rails", 4, 1), ("Risk", 4, 1)]
    operations.undo(done.operation, by=ada)
    assert told(alone) == []


def test_pasted_lines_name_several_teams(product, team, risk, data, ada):
    text = "Even #rails #risk !10\nSaid #rails=6 #data=2 !10\nAlone #data !3"
    drafts = drafts_of(product, text, by=ada)
    assert [draft.problems for draft in drafts] == [[], [], []]
    even, said, alone = plan_outline(product, resolved(product, outline.parse(text)), by=ada)
    assert told(even) == [("Rails", 5, 1), ("Risk", 5, 1)]
    assert told(said) == [("Rails", 6, 1), ("Data", 2, 1)]
    assert (told(alone), alone.team) == ([], data)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("A #rails=x", "person-days of the team"),
        ("A #rails=-1 #risk=2", "person-days of the team"),
        ("A #rails #rails", "twice here"),
        ("A #rails #nobody", "There is no team"),
    ],
)
def test_a_line_with_teams_that_cannot_be_says_why(product, team, risk, ada, line, problem):
    (draft,) = drafts_of(product, line, by=ada)
    assert problem in " ".join(draft.problems)


def test_text_of_parts_is_read_back(team, risk):
    parts = [Part(team, 6.5), Part(risk, 4, 2)]
    assert parts_from_text(text_of(parts)) == [("rails", 6.5, 1), ("risk", 4, 2)]
    for wrong in ("", "rails", "rails=", "rails=1 and more", "=3"):
        with pytest.raises(ValueError, match="person-days"):
            parts_from_text(wrong)


# -- shifts over days off ------------------------------------------------------------------------


def test_a_shift_jumps_the_holidays_of_the_team(make_item, product, team, ada):
    monday = datetime.date(2027, 12, 20)
    CalendarEntry.objects.create(
        team=team, name="Break", starts_on=monday + datetime.timedelta(days=2),
        ends_on=monday + datetime.timedelta(days=8),
    )  # fmt: skip
    item, other = make_item(team=team, not_before=monday), make_item(not_before=monday)
    change_items(product, [(item, None), (other, None)], BulkChange("shift", 3), by=ada)
    item.refresh_from_db()
    other.refresh_from_db()
    assert item.not_before == datetime.date(2027, 12, 30)  # 21, 29 and 30 December
    assert other.not_before == datetime.date(2027, 12, 23)
    change_items(product, [(item, None)], BulkChange("shift", -3), by=ada)
    item.refresh_from_db()
    assert item.not_before == monday


def test_no_days_off_are_the_old_weekdays():
    friday = datetime.date(2027, 3, 5)
    assert after_workdays(friday, 1) == datetime.date(2027, 3, 8)
    assert after_workdays(friday, 10) == friday + datetime.timedelta(weeks=2)


# -- pages ---------------------------------------------------------------------------------------


def form(item, *rows, **more):
    data = {"version": Item.objects.get(pk=item.pk).version} | more
    for n, (team, days, crew) in enumerate(rows, start=1):
        data |= {f"team_{n}": team.pk if team else "", f"days_{n}": days, f"crew_{n}": crew}
    return data


def test_the_page_of_teams_saves_them(client_of, ada, make_item, team, risk):
    item = make_item(team=team)
    url = f"/i/{item.key}/teams/"
    answer = client_of(ada).post(
        url, form(item, (team, "6", "1"), (risk, "4", "2"), (None, "", "1"))
    )
    assert answer.status_code == 302
    assert told(item) == [("Rails", 6, 1), ("Risk", 4, 2)]
    shown = client_of(ada).get(f"/i/{item.key}/").content.decode()
    assert "Rails 6 d, crew of 1" in shown
    assert "Risk 4 d, crew of 2" in shown


def test_what_is_wrong_stands_at_its_field_and_stays_typed(client_of, ada, make_item, team, risk):
    item = make_item(team=team)
    answer = client_of(ada).post(
        f"/i/{item.key}/teams/", form(item, (team, "6", "1"), (team, "", "2"), (None, "4", "1"))
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    for words in ("named above already", "How many person-days", "Whose are these days?"):
        assert words in shown
    assert told(item) == []


def test_lists_and_the_timeline_say_who_works_beside(client_of, ada, shared, product):
    for page in ("items/", "roadmap/", "roadmap/?lanes=team"):
        shown = client_of(ada).get(f"/p/{product.key}/{page}")
        assert "with Risk" in shown.content.decode()


def test_a_file_of_the_list_names_further_teams(client_of, ada, shared, product):
    answer = client_of(ada).get(f"/p/{product.key}/items/export.csv")
    text = b"".join(answer.streaming_content).decode()
    head, row = text.lstrip("\ufeff").splitlines()[:2]
    assert head.split(",")[-1] == "further_teams"
    assert row.endswith(",Risk")


def test_the_api_reads_and_writes_the_parts(client_of, ada, shared, product, team, data):
    client = client_of(ada)
    url = f"/api/v1/items/{shared.key}/"
    found = client.get(url).json()
    assert found["parts"] == [
        {"team": "rails", "days": 6.0, "crew": 1}, {"team": "risk", "days": 4.0, "crew": 2}
    ]  # fmt: skip
    parts = [{"team": "data", "days": 1}, {"team": "rails", "days": 3}]
    answer = client.patch(
        url, {"parts": parts, "version": found["version"]}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["team"] == "data"
    assert told(shared) == [("Data", 1, 1), ("Rails", 3, 1)]
    assert [row["key"] for row in client.get("/api/v1/items/?team=rails").json()["results"]] == [
        shared.key
    ]
    wrong = client.patch(
        url, {"parts": [{"team": "nobody", "days": 1}], "version": 99},
        content_type="application/json",
    )  # fmt: skip
    assert wrong.status_code == 400


def test_a_scenario_tries_several_teams_and_makes_them_real(make_item, product, team, risk, ada):
    item = make_item(team=team)
    services.estimate_item(item, by=ada, p10_days=20, p50_days=30, p90_days=40)
    scenario = services.create_scenario(product, by=ada, name="Together")
    asked = {"do": "teams", "item": item.key, "parts": "rails=5 risk=5"}
    services.add_change(scenario, by=ada, asked=asked)
    services.refresh_scenario(scenario.pk, trials=200)
    scenario.refresh_from_db()
    row = scenario.forecast.result["items"][str(item.pk)]
    assert row["after"]["p50"] < row["before"]["p50"]
    services.apply_scenario(scenario, by=ada)
    assert told(item) == [("Rails", 5, 1), ("Risk", 5, 1)]
    with pytest.raises(ValidationError, match="pay=6"):
        services.add_change(
            services.create_scenario(product, by=ada, name="Wrong"),
            by=ada, asked=asked | {"parts": "what"},
        )  # fmt: skip
