"""Commits of one history that is known under two names."""

from debt.mining.twins import NEAR, named_once

A, B, C = "a" * 40, "b" * 40, "c" * 40


def test_a_commit_of_two_repositories_has_one_name():
    assert named_once([([A, B], [1, 2]), ([C, B], [3, 2])]) == [[A, B], [C, B]]


def test_an_abbreviation_is_the_same_commit():
    assert named_once([([A[:7]], [5]), ([A], [5 + NEAR])]) == [[A[:7]], [A[:7]]]
    assert named_once([([A], [5]), ([A[:9]], [5])]) == [[A], [A]]


def test_abbreviations_that_agree_and_are_months_apart_are_two_commits():
    assert named_once([([A[:7]], [5]), ([A], [6 + NEAR])]) == [[A[:7]], [f"{A} {6 + NEAR}"]]


def test_a_whole_id_is_one_commit_whenever_it_was():
    assert named_once([([A], [5]), ([A], [9 * NEAR])]) == [[A], [A]]


def test_one_repository_keeps_its_ids():
    assert named_once([([B, A], [2, 1])]) == [[B, A]]
