import pytest

from tradeoffs import tiers
from tradeoffs.quorum import Rule, Vote, judge

AUTHOR, MEL, LENA, SANA = 1, 2, 3, 4


def standing(votes=(), *, tier=1, rule=None, others=(MEL, LENA, SANA), objecting=()):
    return judge(
        votes, tier=tier, rule=rule or Rule(), author=AUTHOR, others=set(others),
        objecting=objecting,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("undoing", "reach", "tier"),
    [
        ("reversible", "local", 0), ("reversible", "wide", 1), ("irreversible", "local", 2),
        ("irreversible", "wide", 3), ("", "wide", None), ("reversible", "", None),
    ],
)  # fmt: skip
def test_two_answers_give_the_tier(undoing, reach, tier):
    assert tiers.tier_of(undoing, reach) == tier


@pytest.mark.parametrize(("tier", "needed"), [(None, 1), (0, 0), (1, 1), (2, 2), (3, 2)])
def test_a_tier_asks_for_approvals(tier, needed):
    assert standing(tier=tier).needed == needed
    votes = [Vote(person, "approve") for person in (MEL, LENA)][:needed]
    assert standing(votes, tier=tier).met
    assert needed == 0 or not standing(votes[1:], tier=tier).met


def test_the_authors_own_approval_never_counts():
    assert standing([Vote(AUTHOR, "approve")]).counted == ()


def test_a_stale_approval_never_counts():
    found = standing([Vote(MEL, "approve", stale=True)])
    assert (found.counted, found.stale, found.met) == ((), (MEL,), False)


def test_approval_with_conditions_counts_and_abstaining_does_not():
    assert standing([Vote(MEL, "conditions")]).met
    assert not standing([Vote(MEL, "abstain")]).met


def test_an_objection_blocks_however_many_approve():
    votes = [Vote(MEL, "approve"), Vote(LENA, "approve"), Vote(SANA, "object")]
    assert not standing(votes, objecting=[SANA]).met


def test_n_of_m_may_ask_for_more_than_the_tier():
    rule = Rule("count", needed=3)
    votes = [Vote(person, "approve") for person in (MEL, LENA)]
    assert not standing(votes, rule=rule).met
    assert standing([*votes, Vote(SANA, "approve")], rule=rule).met


def test_a_rule_cannot_ask_for_less_than_the_tier():
    assert not standing([Vote(MEL, "approve")], tier=3, rule=Rule("count", needed=1)).met


def test_everybody_of_a_team_has_to_approve():
    rule = Rule("all", members=frozenset({MEL, LENA}))
    found = standing([Vote(MEL, "approve"), Vote(SANA, "approve")], rule=rule)
    assert (found.lacking, found.met) == ((LENA,), False)
    assert standing([Vote(MEL, "approve"), Vote(LENA, "approve")], rule=rule).met


def test_a_team_without_accounts_approves_nothing():
    assert not standing([Vote(MEL, "approve")], rule=Rule("all")).met


def test_the_named_approver_has_to_be_among_them():
    rule = Rule("approver", approver=LENA)
    assert not standing([Vote(MEL, "approve")], rule=rule).met
    assert standing([Vote(LENA, "approve")], rule=rule).met
    assert not standing([Vote(LENA, "approve")], tier=2, rule=rule).met


def test_an_author_is_no_approver_while_there_is_somebody_else():
    assert not standing([Vote(MEL, "approve")], rule=Rule("approver", approver=AUTHOR)).met


def test_where_fewer_people_could_approve_all_of_them_are_enough():
    assert standing([Vote(MEL, "approve")], tier=3, others=(MEL,)).met
    assert standing(tier=3, others=()).met
