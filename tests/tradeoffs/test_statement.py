import pytest

from tests.tradeoffs.test_stability import matrix
from tradeoffs.maths.statement import balance, percent, text, verdict_sentence, y_statement
from tradeoffs.maths.verdicts import verdict


def sentence(weights, rows, **known):
    found = verdict(matrix(weights, rows), **known)
    names, criteria = ("Outbox", "Kafka", "Queue"), ("Speed", "Cost")
    return text(verdict_sentence(found, options=names, criteria=criteria))


def test_the_whole_statement_in_one_sentence():
    runs = y_statement(
        situation="telling six systems about every order.",
        concern="orders lost by a nightly sync",
        option="the outbox",
        others=["Kafka", "a queue", "doing nothing"],
        gains=["Time to build", "Security"],
        gives_up=["Scalability"],
        decided=True,
    )
    assert text(runs) == (
        "In the context of telling six systems about every order, facing orders lost by a nightly"
        " sync, we decided for the outbox and neglected Kafka, a queue and doing nothing, to"
        " achieve better time to build and security, accepting less good scalability."
    )
    assert [piece for piece, fact in runs if fact][2] == "the outbox"


def test_what_is_not_known_is_left_out():
    assert text(y_statement(option="Kafka", decided=True)) == "We decided for Kafka."
    assert text(y_statement(concern="lost orders", option="Kafka")) == (
        "Facing lost orders, Kafka is proposed."
    )


def test_an_option_that_only_leads_is_not_called_proposed():
    said = {"option": "Kafka", "others": ["a queue", "Rabbit"], "gains": ["Scale"]}
    assert text(y_statement(**said, gives_up=["Cost"], leads=True)) == (
        "So far Kafka leads over a queue and Rabbit, better on scale, less good on cost."
    )
    assert text(y_statement(**said, gives_up=["Cost"])) == (
        "Kafka is proposed over a queue and Rabbit, to achieve better scale, "
        "accepting less good cost."
    )
    facing = y_statement(concern="lost orders", option="Kafka", leads=True)
    assert text(facing) == "Facing lost orders, so far Kafka leads."


def test_without_a_leader_the_options_are_weighed():
    assert text(y_statement(others=["Kafka", "a queue"])) == "We weigh Kafka and a queue."
    assert y_statement() == []


def test_an_abbreviation_keeps_its_capitals():
    assert text(y_statement(option="Kafka", gains=["SLO"])).endswith("to achieve better SLO.")


def test_gains_and_losses_come_from_the_matrix():
    result = matrix([2, 1, 1], [[0.9, 0.2, 0.5], [0.3, 0.8, 0.5]])
    assert balance(result, 0).gains == (0,)
    assert balance(result, 0).gives_up == (1,)


def test_a_lone_option_gains_nothing():
    assert balance(matrix([1], [[1]]), 0).gains == ()


def test_a_cell_that_is_not_scored_is_no_gain():
    assert balance(matrix([1, 1], [[0.9, None], [0.3, 0]]), 0).gains == (0,)


def test_the_verdict_names_the_weight_that_changes_it_and_who_takes_over():
    assert sentence([0.7, 0.3], [[1, 0], [0, 1]]) == (
        "Outbox leads by 0.40 over Kafka. It stays first while Speed weighs at least 50 %"
        " (now 70 %); below that Kafka takes over."
    )


def test_a_fragile_lead_is_called_fragile():
    said = sentence([0.52, 0.48], [[1, 0], [0, 1]], first=0.57, draws=10_000)
    assert said.startswith("Close call. Outbox leads by 0.04 over Kafka. ")
    assert said.endswith(" First in 57 % of 10,000 plausible weightings and scores.")


def test_scorers_who_disagree_are_told():
    said = sentence([0.7, 0.3], [[1, 0], [0, 1]], agreement=0.49, scorers=5)
    assert said.startswith("Contested. Outbox leads")
    assert said.endswith(" Agreement between 5 scorers is 0.49, where 1 is full.")


@pytest.mark.parametrize(
    ("lead", "said"), [(0.002, "by 0.002 over"), (0.0001, "by less than 0.001 over")]
)
def test_a_small_lead_is_not_rounded_away(lead, said):
    assert said in sentence([1, 1], [[0.5 + 2 * lead, 0.5], [0.5, 0.5]])


def test_a_lead_on_everything_is_changed_by_no_weight():
    assert sentence([1, 1], [[1, 1], [0, 0]]) == (
        "Outbox leads by 1.00 over Kafka. No single weight changes that."
    )


def test_a_tie_names_the_equals():
    assert sentence([1, 1], [[1, 0], [0, 1]]) == (
        "Close call. Outbox and Kafka are tied. Any change of weight decides it."
    )


def test_cells_that_are_not_scored_are_told():
    assert sentence([1, 1], [[0.8, 0.5], [0.7, None]]).endswith(
        " 1 cell is not scored and taken at the middle; scored well, Kafka could lead."
    )


def test_a_single_option_is_said_to_be_alone():
    assert sentence([1, 1], [[1, 0]]) == "Outbox is the only option in play."


def test_nothing_scored_is_said():
    assert sentence([1, 1], [[None, None]]) == "Nothing is scored yet, so no option leads."


def test_percent_keeps_a_small_share_visible():
    assert [percent(x) for x in (0, 0.004, 0.375, 1)] == ["0 %", "0.4 %", "37.5 %", "100 %"]
