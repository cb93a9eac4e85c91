"""What a team's places delivered on past days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmaps.forecasting import PlanMember, PlanShare, PlanSpan, PlanTeam, simulate
from roadmaps.forecasting.calendar import team_clock
from roadmaps.forecasting.past import Past
from tests.roadmaps.forecasting.plans import MONDAY, day, item, people, plan, team

DAYS = st.integers(-5, 30).map(day)
SPAN = st.tuples(DAYS, DAYS).map(sorted).map(lambda span: PlanSpan(*span))
MEMBER = st.builds(
    PlanMember,
    person=st.integers(1, 4),
    ends_on=st.none() | DAYS,
    share=st.sampled_from((0.4, 1.0)),
    absences=st.lists(SPAN, max_size=2).map(tuple),
)
TEAM = st.builds(
    PlanTeam,
    id=st.just(1),
    name=st.just("Rails"),
    focus=st.sampled_from((0.6, 1.0)),
    shares=st.sampled_from((0.3, 0.5, 1.0)).map(lambda share: (PlanShare(share),)),
    members=st.none() | st.lists(MEMBER, min_size=1, max_size=5).map(tuple),
    closures=st.lists(SPAN, max_size=2).map(tuple),
)


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(TEAM, st.integers(0, 40), st.integers(1, 3))
def test_the_past_is_what_the_clock_of_the_trials_would_have_given(made, length, crew):
    clock = team_clock(made, MONDAY, 60)
    gained = clock.time_at(length + 1.0) * clock.crew(crew)
    if gained > 0:
        assert Past(made).delivered(MONDAY, day(length), crew=crew) == pytest.approx(gained)


def test_a_product_s_share_counts_once():
    half = team(shares=(PlanShare(0.5),))
    end = simulate(plan(item(1, 5.0), teams=(half,)), trials=20, seed=1).item(1).finish.p50
    assert Past(half).delivered(MONDAY, end, crew=1) == 5


def test_work_on_a_day_off_took_a_day():
    assert Past(team(focus=0.5)).delivered(day(5), day(6), crew=1) == 0.5
    assert Past(None).delivered(day(5), day(5), crew=2) == 2


def test_before_the_first_record_the_team_was_as_in_it():
    late = team(shares=(PlanShare(0.5, starts_on=day(30)),), members=people(1, starts_on=day(20)))
    assert Past(late).delivered(MONDAY, day(4), crew=1) == 2.5


def test_a_crew_is_no_larger_than_its_team():
    small = team(count=2)
    assert Past(small).delivered(MONDAY, day(0), crew=5) == 2
    assert Past(replace(small, members=None)).delivered(MONDAY, day(0), crew=5) == 5


def test_a_week_without_a_team_is_five_days():
    assert Past(None).delivered(MONDAY, MONDAY + timedelta(6), crew=1) == 5
