"""Matching in stages: what is found again, whatever moved, and whatever the order."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.scans.matching import Known
from debt.scans.pairing import pairs
from debt.scans.planning import LISTS, REOPEN_DAYS, Scope, plan
from debt.scans.results import Result, Run

COMPLETE = Scope(complete=True)


def found(rule="R1", path="a.py", line=1, message="Said", **more):
    return Result(more.pop("number", 1), rule, message, path=path, line=line, **more)


def known(pk=1, rule="R1", path="a.py", line=1, message="Said", **more):
    return Known(pk, rule, message, path, line=line, **more)


def stored(results):
    """The findings that a first scan leaves."""
    return [
        Known(pk, one.rule, one.message, one.path, one.place, one.line, one.column,
              one.fingerprints, one.context)
        for pk, one in enumerate(results, start=1)
    ]  # fmt: skip


def compare(knowns, results, scope=COMPLETE):
    return plan(knowns, Run("Lint", results=list(results)), scope)


def counts(made):
    return {name: count for name, count in made.counts.items() if count}


# -- stages ----------------------------------------------------------------------------------------


def test_a_fingerprint_follows_a_finding_through_a_rename():
    mark = (("fingerprint", "x"),)
    made = compare([known(fingerprints=mark)], [found(path="b.py", line=9, fingerprints=mark)])
    assert counts(made) == {"moved": 1}
    assert made.moved[0].reason == "from a.py, found by its fingerprint"


def test_a_fingerprint_that_is_twice_in_the_report_counts_for_none():
    mark = (("partialFingerprints/file", "x"),)
    knowns = [known(1, line=5, fingerprints=mark), known(2, line=9, fingerprints=mark)]
    made = compare(knowns, [found(line=9, fingerprints=mark), found(line=5, fingerprints=mark)])
    assert {(step.known.id, step.result.line) for step in made.kept} == {(1, 5), (2, 9)}


def test_the_text_of_a_line_counts_before_the_message():
    knowns = [known(1, line=5, context="x"), known(2, line=6, context="y")]
    made = compare(knowns, [found(line=6, context="x"), found(line=7, context="y")])
    assert {(step.known.id, step.result.line) for step in made.moved} == {(1, 6), (2, 7)}


def test_numbers_in_a_message_are_not_looked_at():
    made = compare([known(message="Line 3 is 101 wide")], [found(message="Line 4 is 99 wide")])
    assert counts(made) == {"kept": 1}


def test_lines_that_moved_together_keep_their_order():
    knowns = [known(pk, line=line) for pk, line in enumerate((10, 20, 30), start=1)]
    made = compare(knowns, [found(line=line) for line in (40, 20, 30)])
    assert {(step.known.id, step.result.line) for step in made.moved} == {(1, 20), (2, 30), (3, 40)}


def test_two_equal_results_are_two_findings():
    assert counts(compare([], [found(), found()])) == {"new": 2}
    assert counts(compare([known()], [found(), found()])) == {"kept": 1, "new": 1}


def test_severity_is_not_looked_at():
    assert counts(compare([known()], [found(level="error")])) == {"kept": 1}


def test_another_rule_on_the_same_line_is_another_finding():
    assert counts(compare([known()], [found(rule="R2")])) == {"new": 1, "closed": 1}


def test_a_file_with_a_new_name_takes_its_findings_along():
    knowns = [known(1, path="old/tax.py", line=3), known(2, path="old/tax.py", rule="R2", line=8)]
    results = [found(path="new/tax.py", line=3), found(path="new/tax.py", rule="R2", line=9)]
    assert counts(compare(knowns, results)) == {"moved": 2}


def test_a_file_with_another_name_needs_two_findings_in_common():
    one = compare([known(path="old.py")], [found(path="new.py")])
    assert counts(one) == {"new": 1, "closed": 1}
    knowns = [known(1, path="old.py"), known(2, path="old.py", rule="R2")]
    two = compare(knowns, [found(path="new.py"), found(path="new.py", rule="R2")])
    assert counts(two) == {"moved": 2}


def test_two_files_that_are_equally_alike_are_not_guessed():
    knowns = [known(1, path="old.py"), known(2, path="old.py", rule="R2")]
    results = [found(path=path, rule=rule) for path in ("b.py", "c.py") for rule in ("R1", "R2")]
    assert counts(compare(knowns, results)) == {"new": 4, "closed": 2}


def test_a_part_of_the_code_guesses_no_new_names():
    made = compare([known(path="old/tax.py")], [found(path="new/tax.py")], Scope())
    assert counts(made) == {"new": 1}


def test_a_rename_that_history_knows_is_followed():
    made = compare(
        [known(path="old.py")], [found(path="new.py")], Scope(renames={"old.py": "new.py"})
    )
    assert counts(made) == {"moved": 1}


# -- closing and reopening -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "has_results"),
    [(Scope(), True), (Scope(complete=True, is_default=False), True), (COMPLETE, False)],
    ids=["not complete", "another branch", "no list of results"],
)
def test_nothing_closes_unless_everything_speaks_for_it(scope, has_results):
    made = plan([known()], Run("Lint", has_results=has_results), scope)
    assert counts(made) == {}
    assert made.stays.endswith("it closes nothing.")
    assert [one.id for one in made.missed] == [1]


def test_a_complete_report_closes_what_it_does_not_have():
    assert counts(compare([known()], [])) == {"closed": 1}


def test_many_that_would_close_at_once_are_held():
    knowns = [known(pk, line=pk) for pk in range(1, 43)]
    made = compare(knowns, [found(line=line) for line in range(1, 21)])
    assert counts(made) == {"kept": 20, "held": 22}
    assert made.held[0].reason == "22 of 42 would close at once: a person looks first"


@pytest.mark.parametrize(("open_ones", "left"), [(20, 0), (42, 21)], ids=["20", "half"])
def test_few_or_half_close_as_always(open_ones, left):
    knowns = [known(pk, line=pk) for pk in range(1, open_ones + 1)]
    made = compare(knowns, [found(line=line) for line in range(1, left + 1)])
    assert counts(made).get("closed") == open_ones - left


def test_a_finding_of_a_flaky_tool_closes_when_it_is_missed_twice():
    flaky = Scope(complete=True, flaky=True)
    assert counts(compare([known()], [], flaky)) == {"held": 1}
    assert counts(compare([known(missing=1)], [], flaky)) == {"closed": 1}


def test_the_same_file_again_is_no_second_miss_of_a_flaky_tool():
    again = Scope(complete=True, flaky=True, again=True)
    assert counts(compare([known(missing=1)], [], again)) == {"held": 1}


def test_a_finding_that_comes_back_within_thirty_days_is_the_same_one():
    made = compare([known(7, closed_days=REOPEN_DAYS)], [found()])
    assert [step.known.id for step in made.reopened] == [7]


def test_a_finding_that_comes_back_later_is_a_new_one():
    assert counts(compare([known(closed_days=REOPEN_DAYS + 1)], [found()])) == {"new": 1}


def test_an_open_finding_is_found_before_a_closed_one():
    made = compare([known(1, closed_days=2), known(2, line=50)], [found(line=1)])
    assert counts(made) == {"moved": 1}
    assert made.moved[0].known.id == 2


# -- properties ------------------------------------------------------------------------------------


marks = st.sampled_from(
    [
        (),
        (("fingerprints/a", "x"),),
        (("fingerprints/a", "y"),),
        (("partialFingerprints/b", "x"), ("partialFingerprints/c", "y")),
    ]
)
results = st.lists(
    st.builds(
        Result,
        number=st.integers(1, 99),
        rule=st.sampled_from(["R1", "R2"]),
        message=st.sampled_from(["Said", "Line 3", "Line 4"]),
        path=st.sampled_from(["a.py", "b.py", "old/c.py", "new/c.py", ""]),
        line=st.none() | st.integers(1, 6),
        column=st.integers(0, 2),
        context=st.sampled_from(["", "x", "y"]),
        fingerprints=marks,
    ),
    max_size=14,
)


def essence(made):
    """What a plan says of each finding, without the order of rows that are equal in everything."""

    def row(step):
        one = step.result
        said = (one.rule, one.message, one.path, one.line, one.column, one.context,
                one.fingerprints) if one else ()  # fmt: skip
        return (step.known.id if step.known else 0, said, step.reason)

    return {name: sorted(map(repr, map(row, getattr(made, name)))) for name in LISTS
            if name != "rejected"}  # fmt: skip


@given(results, results, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_results_changes_nothing(before, after, draw, complete):
    shuffled = [replace(one, number=draw.randrange(99)) for one in after]
    draw.shuffle(shuffled)
    scope = Scope(complete=complete)
    first, second = (compare(stored(before), rows, scope) for rows in (after, shuffled))
    assert essence(first) == essence(second)


@given(results, st.randoms(use_true_random=False))
def test_the_same_file_twice_creates_moves_and_closes_nothing(rows, draw):
    knowns = stored(rows)
    draw.shuffle(rows)
    draw.shuffle(knowns)
    assert counts(compare(knowns, rows)) == ({"kept": len(rows)} if rows else {})


@given(results, results)
def test_every_result_and_every_open_finding_is_in_one_list(before, after):
    made = compare(stored(before), after)
    steps = [step for name in LISTS if name != "rejected" for step in getattr(made, name)]
    assert sorted(step.known.id for step in steps if step.known) == list(range(1, len(before) + 1))
    assert sum(step.result is not None for step in steps) == len(after)


@given(results, st.integers(1, 50))
def test_lines_that_all_move_by_as_much_close_nothing(rows, shift):
    moved = [replace(one, line=one.line + shift if one.line else None) for one in rows]
    assert set(counts(compare(stored(rows), moved))) <= {"kept", "moved"}


lines = st.lists(st.integers(1, 60), max_size=8).map(sorted)


@given(lines, lines)
def test_pairs_never_cross_and_leave_out_no_more_than_they_must(here, there):
    made = sorted(pairs(here, there))
    assert len(made) == min(len(here), len(there))
    assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(made))


@given(lines, lines)
def test_pairs_are_the_nearest(here, there):
    short, long = sorted((here, there), key=len)
    best = min(
        sum(abs(a - b) for a, b in zip(short, chosen, strict=True))
        for chosen in itertools.combinations(long, len(short))
    )
    assert sum(abs(here[i] - there[j]) for i, j in pairs(here, there)) == best


def test_many_lines_are_paired_in_time_and_in_order():
    draw = random.Random(1)
    here, there = (sorted(draw.randrange(10**6) for _ in range(n)) for n in (4000, 9000))
    made = pairs(here, there)
    assert len(set(made)) == 4000
    assert made == sorted(made)
