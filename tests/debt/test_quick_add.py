"""The line that logs debt in fifteen seconds."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.maths.ranges import Range
from debt.quick_add import in_link, is_path, parse, pick

MODEL = json.loads((Path(__file__).parents[2] / "debt/score_model_1.json").read_text())
TEAMS = {"payments": "Payments", "platform": "Platform", "mob": "Mobile apps"}
LINE = "Tax rules hard-wired in billing/tax.py ~M +third @pay !often #arch"


def read(line):
    return parse(line, MODEL, TEAMS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "Tax rules hard-wired in billing/tax.py"),
        ("size", "M"),
        ("slow_down", "a third"),
        ("team", "payments"),
        ("probability", "often"),
        ("tags", ("arch",)),
        ("paths", ("billing/tax.py",)),
        ("problems", ()),
        ("interest", None),
    ],
)
def test_the_full_line_gives(name, value):
    assert getattr(read(LINE), name) == value


def test_a_title_alone_is_enough():
    line = read("Slow search")
    assert (line.title, line.tokens) == ("Slow search", ())


def test_tokens_say_what_they_mean_in_the_order_typed():
    assert [token.meaning for token in read(LINE).tokens] == [
        "billing/tax.py",
        "M, 2–3–6 d",
        "a third",
        "Payments",
        "often, 0.75",
        "arch",
    ]


def test_tokens_stand_where_they_were_typed():
    assert [LINE[token.start : token.end] for token in read(LINE).tokens] == [
        token.text for token in read(LINE).tokens
    ]


@pytest.mark.parametrize(("word", "days"), [("=2", Range(1.2, 2, 4)), ("=1..3..5", Range(1, 3, 5))])
def test_the_cost_a_month_can_be_typed(word, days):
    assert read(f"Slow {word}").interest == days


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("~huge", "~huge is not known: sizes are XS, S, M, L, XL"),
        ("+blue", "+blue is not known: one of a bit"),
        ("!never", "!never is not known: one of rarely"),
        ("=soon", "is not understood"),
        ("@nobody", "@nobody is not known: no team or person here"),
    ],
)
def test_a_word_that_is_not_understood_stays_in_the_title_and_is_named(word, sentence):
    line = read(f"Slow {word} search")
    assert line.title == f"Slow {word} search"
    assert sentence in line.problems[0]


def test_the_first_of_two_sizes_counts_and_the_second_is_named():
    line = read("Slow ~M ~L")
    assert line.size == "M"
    assert line.problems == ("~L comes second; the first size counts",)


def test_a_team_is_found_by_a_word_of_its_name():
    assert read("Slow @apps").team == "mob"


def test_a_pasted_link_becomes_evidence_and_leaves_the_title():
    line = read("Slow search https://git.example.org/a/b.py#L3 ~S")
    assert line.title == "Slow search"
    assert line.paths == ("https://git.example.org/a/b.py#L3",)


def test_a_link_alone_is_the_title():
    assert read("https://git.example.org/a").title == "https://git.example.org/a"


def test_marks_inside_words_are_text():
    assert read("mail a@b.c about C# and x=1").tokens == ()


def test_a_mark_followed_by_odd_signs_is_text():
    assert read("see #1/2").tags == ()


def test_the_same_tag_twice_is_one():
    assert read("x #Arch #arch").tags == ("arch",)


@pytest.mark.parametrize(
    ("word", "choice"),
    [("third", "a third"), ("double", "more than double"), ("more-than", "more than double")],
)
def test_a_choice_is_found_by_one_of_its_words(word, choice):
    assert pick(word, MODEL["slow_down"]) == choice


def test_no_choice_is_found_by_another_word():
    assert pick("zebra", MODEL["slow_down"]) is None


@given(st.text(max_size=120))
def test_no_line_breaks_the_reader_and_nothing_typed_is_lost(text):
    line = read(text)
    kept = line.title + "".join(token.text for token in line.tokens)
    assert sorted(set("".join(text.split()))) == sorted(set("".join(kept.split())))


PEOPLE = {"1": ("Mel Moss", "mel"), "2": ("Tom Berg", "tb"), "3": ("Tom Vidal", ""),
          "4": ("Platform Pat", "pat")}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "owner"),
    [("@mel", "1"), ("@TB", "2"), ("@tom-v", "3"), ("@berg", "2"), ("@pat", "4")],
)
def test_a_person_is_named_by_account_or_name(word, owner):
    line = parse(f"Slow {word}", MODEL, TEAMS, PEOPLE)
    assert (line.owner, line.team, line.title, line.problems) == (owner, None, "Slow", ())
    assert line.tokens[0].kind == "owner"


def test_a_team_comes_before_a_person_of_that_name():
    line = parse("Slow @platform @mel", MODEL, TEAMS, PEOPLE)
    assert (line.team, line.owner) == ("platform", "1")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("@tom", "@tom may mean Tom Berg or Tom Vidal"),
        ("@mel @tb", "@tb comes second; the first owner counts"),
        ("@zoe", "@zoe is not known: no team or person here has this name"),
    ],
)
def test_who_is_not_clear_is_said(words, problem):
    assert parse(f"Slow {words}", MODEL, TEAMS, PEOPLE).problems == (problem,)


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("client/server and TCP/IP mixed", ()),
        ("and/or 3/4 e.g. this, n/a", ()),
        ("../../etc/passwd.txt", ()),
        ("see (debt/models.py).", ("debt/models.py",)),
        (
            "`debt/models.py`, debt/forms.py,README.md",
            ("debt/models.py", "debt/forms.py", "README.md"),
        ),
        ("CHANGELOG.md Dockerfile Makefile:12", ("CHANGELOG.md", "Dockerfile", "Makefile:12")),
        ("debt/models.py. Slow.", ("debt/models.py",)),
        (".github/workflows/ci.yml is slow", (".github/workflows/ci.yml",)),
        ("src/billing and docs/ but app/web", ("src/billing", "docs/")),
    ],
)
def test_files_and_known_folders_are_paths_and_other_words_are_not(words, paths):
    line = parse(words, MODEL, TEAMS, folders={"src"})
    assert line.paths == paths
    for token in line.tokens:
        assert words[token.start : token.end] == token.text


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("https://github.com/acme/shop/blob/main/a/b.py#L3", ("acme/shop", "a/b.py")),
        ("https://gitlab.com/g/sub/shop/-/blob/main/a.py?x=1", ("g/sub/shop", "a.py")),
        ("https://bitbucket.org/acme/shop/src/main/a.py", ("acme/shop", "a.py")),
        ("https://gitea.acme.org/acme/shop/src/branch/main/a.py", ("acme/shop", "a.py")),
        ("https://github.com/acme/src/blob/main/a.py", ("acme/src", "a.py")),
        ("https://wiki.acme.org/src/x/y", None),
        ("https://github.com/acme/shop", None),
    ],
)
def test_a_link_to_code_names_repository_and_file(link, found):
    assert in_link(link) == found


@pytest.mark.parametrize(
    "text", ["a.py", "a.py:12", "a/b.py:3-9", "billing/", "/a/b.d.ts", ".gitignore", "x/pom.xml",
             "a/[id]/(b)/c.tsx", "b.7z", "Dockerfile"],
)  # fmt: skip
def test_a_text_that_ends_like_a_file_or_a_folder_is_one(text):
    assert is_path(text)


@pytest.mark.parametrize(
    "text", ["Slow.", "e.g.", "and/or", "v1.2", "3.5", "www.acme.com", "/", "", "a b.py",
             "https://acme.org/a.py", "src/billing"],
)  # fmt: skip
def test_other_texts_are_none(text):
    assert not is_path(text)
