import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tpm.editing import EditConflict
from tpm.models import Change
from tradeoffs import services
from tradeoffs.models import Weighting


@pytest.fixture
def three(make_decision):
    return make_decision(criteria=["Performance", "Cost", "Security"])


@pytest.fixture
def weigh(mel):
    def by(decision, method, values, version=None):
        ids = [str(pk) for pk in decision.criteria.values_list("pk", flat=True)]
        said = values if isinstance(values, dict) else dict(zip(ids, values, strict=True))
        return services.weigh_by(decision, by=mel, method=method, said=said, version=version)

    return by


def pairs(decision, values):
    a, b, c = decision.criteria.values_list("pk", flat=True)
    return {f"{a}:{b}": values[0], f"{a}:{c}": values[1], f"{b}:{c}": values[2]}


def test_swings_become_weights_and_are_kept(three, weigh):
    assert weigh(three, "swing", [100, 80, 20]) == pytest.approx([0.5, 0.4, 0.1])
    row = Weighting.objects.get()
    assert (row.method, sorted(row.said.values())) == ("swing", [20, 80, 100])


def test_an_order_becomes_centroids(three, weigh):
    assert weigh(three, "rank", [2, 1, 3]) == pytest.approx([5 / 18, 11 / 18, 2 / 18])


def test_points_are_scaled(three, weigh):
    assert weigh(three, "direct", [30, 30, 60]) == pytest.approx([0.25, 0.25, 0.5])


def test_pairs_are_kept_with_their_ratio_and_its_table(three, weigh):
    weigh(three, "ahp", pairs(three, ["2", "4", "2"]))
    row = Weighting.objects.get()
    assert (row.edition, row.ratio) == ("saaty2005", pytest.approx(0, abs=1e-9))
    assert [c.weight for c in three.criteria.all()] == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_inconsistent_pairs_are_taken_and_told(three, weigh):
    weigh(three, "ahp", pairs(three, ["3", "1/5", "3"]))
    assert Weighting.objects.get().ratio > 0.1


@pytest.mark.parametrize(
    ("method", "values", "says"),
    [
        ("swing", [90, 10, 0], "Give 100 points"),
        ("direct", [0, 0, 0], "weigh something"),
        ("direct", [1, -1, 1], "negative"),
        ("direct", [float("nan"), 1, 1], "negative"),
    ],
)
def test_what_says_nothing_is_refused_with_a_sentence(three, weigh, method, values, says):
    with pytest.raises(ValidationError, match=says):
        weigh(three, method, values)
    assert not Weighting.objects.exists()


def test_nobody_waits_while_weights_are_computed(three, weigh, monkeypatch):
    held, plain = [], services.weights.computed

    def computed(*said):
        held.append(connection.savepoint_ids[:])
        return plain(*said)

    monkeypatch.setattr(services.weights, "computed", computed)
    outside = connection.savepoint_ids[:]
    weigh(three, "direct", [1, 1, 2])
    assert held == [outside]


def test_a_judgement_beyond_nine_is_refused(three, weigh):
    with pytest.raises(ValidationError, match="1/9 and 9"):
        weigh(three, "ahp", pairs(three, ["10", "1", "1"]))


def test_weights_that_moved_on_are_a_conflict(three, weigh):
    weigh(three, "direct", [1, 1, 2])
    with pytest.raises(EditConflict):
        weigh(three, "direct", [2, 1, 1], version=1)


def test_a_decision_without_criteria_has_nothing_to_weigh(make_decision, weigh):
    with pytest.raises(ValidationError, match="nothing to weigh"):
        weigh(make_decision(criteria=[]), "swing", [])


# Many cells at once

from tradeoffs.maths import ranges  # noqa: E402 - of the second half
from tradeoffs.services import Fill  # noqa: E402


def fill(decision, by, *cells, version=None, **options):
    rows = [
        Fill(option, criterion, None if text is None else ranges.read(text))
        for option, criterion, text in cells
    ]
    return services.fill_cells(decision, by=by, cells=rows, version=version, **options)


def test_many_cells_are_one_step_with_one_line_of_history(scored, mel):
    before = scored.version
    cells = [("Outbox", "Cost", "3..5..8"), ("Kafka", "Cost", None), ("Kafka", "Scalability", "7")]
    assert fill(scored, mel, *cells) == 2
    assert scored.version == before + 1
    told = Change.objects.get(action="filled cells")
    assert "3–5–8; run for a year" in str(told.__dict__)


def test_new_options_and_criteria_are_added(scored, mel):
    fill(
        scored,
        mel,
        ("NATS", "Latency", "12"),
        scales={"Latency": {"unit": "ms", "worst": 100, "best": 0}},
    )
    assert scored.options.filter(name="NATS").exists()
    assert scored.criteria.get(name="Latency").unit == "ms"


def test_a_cell_off_its_scale_is_named_and_nothing_is_kept(scored, mel):
    with pytest.raises(ValidationError, match="Kafka, Cost: A score without a unit"):
        fill(scored, mel, ("Outbox", "Cost", "3"), ("Kafka", "Cost", "12"))
    assert scored.options.get(name="Outbox").scores.get(criterion__name="Cost").p50 == 8


def test_another_version_is_a_conflict(scored, mel):
    with pytest.raises(EditConflict):
        fill(scored, mel, ("Outbox", "Cost", "3"), version=scored.version - 1)


def test_a_matrix_has_an_end(scored, mel):
    with pytest.raises(ValidationError, match="at most 200 options and 50 criteria"):
        fill(scored, mel, *[("Outbox", f"C{k}", "5") for k in range(60)])
