"""`python -m benchmarks.decision_maths`: the methods and keys that others rely on."""

import json
import sys

import pytest

from benchmarks import decision_maths

CASES = [
    ("weighted_sum", {"matrix": [[0.5, 1]], "weights": [1, 1]}, {"score", "rank"}),
    ("topsis", {"matrix": [[1, 2], [2, 1]], "weights": [1, 1], "direction": "max"}, {"closeness"}),
    ("ahp", {"matrix": [[1, "1/3"], [3, 1]]}, {"weights", "lambda_max", "ci", "cr", "edition"}),
    (
        "weight_stability_interval",
        {"values_0_1": [[1, 0], [0, 1]], "weights": [0.7, 0.3]},
        {"score", "winner", "intervals"},
    ),
    (
        "smaa",
        {"values_0_1": [[1, 0], [0, 1]], "weights": "uniform"},
        {"rank_acceptability", "central_weights", "confidence_factor", "pairwise"},
    ),
    ("rank_order_centroid", {"n": 3}, {"weights"}),
    ("kendall_w", {"ranks": [[1, 2], [1, 2]]}, {"w"}),
    ("brier", {"pairs": [[0.7, 1]]}, {"brier"}),
    ("value_function", {"cutoffs": [0, 1], "values": [0, 1], "x": 0.5}, {"value"}),
]


@pytest.mark.parametrize(("method", "inputs", "keys"), CASES, ids=[c[0] for c in CASES])
def test_a_method_answers_with_its_keys(method, inputs, keys):
    answer = decision_maths.computed({"id": 1, "method": method, "inputs": inputs})
    assert set(answer["result"]) == keys


def test_every_method_has_its_case():
    assert {case[0] for case in CASES} == set(decision_maths.METHODS)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ({"method": "topsis", "inputs": {"matrix": [[1]], "weights": [0]}}, "weigh something"),
        ({"method": "topsis", "inputs": {"matrix": [[1], [1, 2]], "weights": [1]}}, "equal rows"),
        ({"method": "weighted_sum", "inputs": {"matrix": [[80]], "weights": [1]}}, "anchors"),
        ({"method": "weighted_sum", "inputs": {"matrix": [[float("nan")]], "weights": [1]}}, ""),
        ({"method": "smaa", "inputs": {"low": [[2]], "likely": [[1]], "high": [[3]]}}, "order"),
        ({"method": "brier", "inputs": {}}, "pairs is missing"),
        ({"method": "nope"}, "method is one of"),
    ],
)
def test_bad_input_says_why_and_stops_no_other(case, says):
    assert says in decision_maths.computed(case)["error"]


def test_options_choose_the_normalisation():
    case = {
        "method": "weighted_sum",
        "inputs": {"matrix": [[10], [20]], "weights": [1], "direction": ["min"]},
    }
    for kind, score in (("minmax", [1, 0]), ("sum", [2 / 3, 1 / 3])):
        answer = decision_maths.computed(case | {"options": {"normalisation": kind}})
        assert answer["result"]["score"] == pytest.approx(score)


def test_the_command_prints_one_result_for_each_case(tmp_path, monkeypatch, capsys):
    cases = [{"id": name, "method": name, "inputs": inputs} for name, inputs, _ in CASES]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    monkeypatch.setattr(sys, "argv", ["decision_maths", str(path), "--json"])
    assert decision_maths.main() == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [c[0] for c in CASES]
