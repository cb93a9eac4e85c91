"""Who owns a file by a CODEOWNERS, as GitHub and GitLab say that it is read."""

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from debt.mining import codeowners
from debt.mining.codeowners import TooLong, decoded, read


def owners(text, path, *, gitlab=False):
    """Owners that count for a path; None where no line matches it."""
    found = read(text, gitlab=gitlab).of(path)
    return list(found[0].owners) if found else None


def matches(pattern, path, *, gitlab=False):
    return owners(f"{pattern} @a", path, gitlab=gitlab) is not None


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("*", ["a", "a/b/c.py", ".hidden", "a/"], []),
        ("*.js", ["a.js", "x/y/b.js", "old.js/a.py"], ["a.jsx", "js", "a.JS"]),
        ("/build/logs/", ["build/logs/a", "build/logs/x/y"], ["x/build/logs/a", "build/logs"]),
        ("docs/*", ["docs/start.md"], ["docs/app/trouble.md", "x/docs/start.md"]),
        ("/*", ["a.py"], ["x/a.py"]),
        ("/docs/*.md", ["docs/a.md"], ["docs/a.txt", "docs/x/a.md"]),
        ("apps/", ["apps/a", "x/apps/y/z"], ["apps", "xapps/a"]),
        ("/docs/", ["docs/a", "docs/x/y"], ["x/docs/a", "docs"]),
        ("**/logs", ["logs/a", "build/logs/a", "deeply/nested/logs/a/b", "logs"], ["log/a"]),
        ("/apps/github", ["apps/github", "apps/github/a"], ["x/apps/github", "apps/github2"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b/c"], ["a/x", "b", "x/a/b"]),
        ("/a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
        ("/**", ["a", "a/b"], []),
        ("a/**/*.py", ["a/b.py", "a/x/y/b.py"], ["a/b.txt", "b.py"]),
        ("README", ["README", "x/README", "README/a"], ["README.md", "readme"]),
        ("a?c", ["abc", "x/a_c"], ["ac", "a/c", "abbc"]),
        ("a*b*c.t?t", ["abc.txt", "aXbYc.tot", "abbcc.txt"], ["ab.txt", "acb.txt", "abc.tt"]),
        ("*a?", ["xab", "aab"], ["a", "xa", "xabb"]),
        ("a**b", ["ab", "axxb"], ["a/b"]),
        (r"docs/my\ page.md", ["docs/my page.md"], ["docs/my"]),
        (r"\#notes", ["#notes", "x/#notes"], ["notes"]),
        (r"\*", ["*"], ["a"]),
        ("a.b", ["a.b"], ["aXb"]),
        ("(a|b)+", ["(a|b)+"], ["a", "aa"]),
        ("/billing/tax/", ["billing/tax/"], ["billing/"]),
        ("docs/*", ["docs/"], ["docs/x/"]),
    ],
)
def test_a_pattern_means_what_github_says(pattern, yes, no):
    assert [path for path in yes if not matches(pattern, path)] == []
    assert [path for path in no if matches(pattern, path)] == []


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("README.md", ["README.md", "internal/README.md"], ["README.md/a"]),
        ("internal/README.md", ["internal/README.md", "x/internal/README.md"], ["README.md"]),
        ("/docs/", ["docs/a", "docs/x/y"], ["x/docs/a"]),
        ("docs/", ["docs/a", "x/docs/y/z"], ["docs"]),
        ("/docs", ["docs"], ["docs/a"]),
        ("/docs/*", ["docs/a"], ["docs/x/a"]),
        ("/docs/**/*.md", ["docs/a.md", "docs/x/y/a.md"], ["a.md"]),
        ("*", ["a", "a/b"], []),
    ],
)
def test_a_pattern_means_what_gitlab_says(pattern, yes, no):
    assert [path for path in yes if not matches(pattern, path, gitlab=True)] == []
    assert [path for path in no if matches(pattern, path, gitlab=True)] == []


FILE = """\
# Everything that nobody else owns
*       @acme/all @tom

*.js    @acme/web  # a comment behind it
/apps/  @acme/apps
/apps/github
docs/*  docs@acme.org
"""


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("a.py", ["@acme/all", "@tom"]),
        ("a.js", ["@acme/web"]),
        ("apps/a.js", ["@acme/apps"]),
        ("apps/github/a.js", []),
        ("docs/a.js", ["docs@acme.org"]),
        ("./docs/a.js", ["docs@acme.org"]),
    ],
)
def test_the_last_line_that_matches_counts(path, whose):
    assert owners(FILE, path) == whose


def test_without_a_line_that_matches_nobody_owns_it():
    assert owners("/a/ @a", "b") is None
    assert owners("", "b") is None
    assert owners("* @a", "") is None


def test_a_rule_says_its_line():
    assert read(FILE).of("a.js")[0].line == 4


def test_owners_are_told_once_in_their_order():
    assert read("a @x @y\nb @y me@acme.org @x").owners == ["@x", "@y", "me@acme.org"]


# sections

SECTIONS = """\
* @all
[Pages][2] @acme/web @ann
docs/
*.md @writers
/free/
^[Security] @sec
/vault/
[pages]
/more/
"""


def of(path):
    return [(rule.section, list(rule.owners)) for rule in read(SECTIONS).of(path)]


def test_a_line_without_owners_has_those_of_its_section():
    assert of("x/docs/a") == [("pages", ["@acme/web", "@ann"]), ("", ["@all"])]
    assert of("a.md") == [("pages", ["@writers"]), ("", ["@all"])]


def test_an_optional_section_comes_last():
    assert [name for name, _ in of("vault/docs/a")] == ["pages", "", "security"]


def test_a_section_that_comes_again_goes_on_with_its_own_owners():
    assert of("more/a")[0] == ("pages", [])


def test_a_file_with_a_section_is_of_gitlab():
    assert read(SECTIONS).gitlab
    assert not read(FILE).gitlab
    assert owners("/docs @a\n[X] @x", "docs/a") is None


# what is not understood


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("!a.py @a", "! takes nothing out again"),
        ("a[bc].py @a", "[ ] in a pattern is not known"),
        ("[bc].py @a", "is the heading of a section"),
        ("[open @a", "is the heading of a section"),
        ("a.py tom", "“tom” is no owner"),
        ("a.py @", "“@” is no owner"),
        ("a.py @a/", "“@a/” is no owner"),
        ("/ @a", "/ alone matches nothing"),
        (f"{'a' * 501} @a", "at most 500 characters"),
        (f"a @{'b' * 300}", "is no owner"),
        (f"a {'@b ' * 7000}", "at most 20,000 characters"),
        ("a " + " ".join(f"@b{n}" for n in range(101)), "at most 100 owners"),
    ],
)
def test_a_line_that_is_not_understood_is_told_and_the_others_count(line, why):
    found = read(f"* @all\n{line}\nz.py @z")
    ((number, text, said),) = found.problems
    assert number == 2
    assert text == line.strip()[:200]
    assert why in said
    assert [rule.line for rule in found.rules] == [1, 3]


def test_too_many_lines_are_told_and_no_list_is_endless(monkeypatch):
    monkeypatch.setattr(codeowners, "MOST_RULES", 3)
    monkeypatch.setattr(codeowners, "MOST_PROBLEMS", 2)
    found = read("".join(f"f{n} @a\n" for n in range(9)))
    assert len(found.rules) == 3
    assert len(found.problems) == 2
    assert "Only the first 3" in found.problems[0].why


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_a_line_is_one(end):
    assert [rule.line for rule in read(f"a @a{end}{end}b @b{end}").rules] == [1, 3]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbf* @a", "* @a"),
        ("* @a".encode("utf-16"), "* @a"),
        (b"\xffname @a", "\\xffname @a"),
        (b"a\0b @a", "ab @a"),
    ],
)
def test_a_file_of_any_bytes_is_read(content, text):
    assert decoded(content) == text


def test_the_mark_that_some_editors_begin_a_file_with_is_no_letter_of_its_first_line():
    assert owners("\ufeff/billing/ @a", "billing/tax.py") == ["@a"]
    assert read("\ufeff# words\n* @a").problems == ()


# nothing hangs


def test_a_file_made_to_hang_ends_without_an_answer():
    nasty = "\n".join(["**/" + "?/**/" * 80 + "x* @a"] * 2000)
    began = time.process_time()
    with pytest.raises(TooLong):
        read(nasty).of("/".join(["a"] * 200))
    assert time.process_time() - began < 5


def test_lines_for_another_folder_are_not_tried():
    """Of 20,000 honest lines a path is held against those that could match it."""
    found = read("".join(f"/part{n}/**/*.py @acme/team{n}\n" for n in range(20_000)))
    steps = codeowners.Steps()
    for n in range(1000):
        assert found.of(f"part{n}/a/b.py", steps)[0].line == n + 1
    assert found.of("parts/a/b.py", steps) == []


def test_many_paths_together_take_no_more_than_one():
    nasty, steps = read("".join(f"*a*b*{n} @a\n" for n in range(20_000))), codeowners.Steps()
    began = time.process_time()
    cut = 0
    for n in range(500):
        try:
            nasty.of(f"{'a/' * 200}{n}", steps)
        except TooLong:
            cut += 1
    assert cut == 500
    assert time.process_time() - began < 10


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "?" * 200 + "*" + "?" * 200, "a*" * 240])
def test_a_pattern_of_many_stars_is_held_against_a_long_name_at_once(pattern):
    began = time.process_time()
    assert not matches(f"/{pattern}x", "a" * 400)
    assert time.process_time() - began < 1


def test_an_honest_file_of_many_lines_is_far_from_the_limit():
    text = "".join(f"/part{n % 90}/module{n}/**/*.py @acme/team{n}\n" for n in range(19_000))
    assert owners(text, "part5/module5/a/b.py") == ["@acme/team5"]


LETTERS = st.text("ab*?/\\# [!@", max_size=12)


@given(st.lists(LETTERS, max_size=5), LETTERS)
def test_any_text_and_any_path_give_an_answer(lines, path):
    read("\n".join(lines)).of(path)


@given(st.text("ab", min_size=1, max_size=6), st.text("ab*", min_size=1, max_size=6))
def test_stars_match_as_those_of_the_shell(name, pattern):

    assert matches(f"/{pattern}", name) == fnmatchcase(name, pattern)
