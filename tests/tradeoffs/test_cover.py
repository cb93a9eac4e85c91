"""The cover of a matrix that somebody scores unseen fails closed, channel by channel."""

import ast
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.tradeoffs.test_blind_rounds import leaks
from tests.tradeoffs.test_unseen import API, filled, round_, text_of  # noqa: F401 - fixtures
from tpm.models import Figure
from tradeoffs import exporting, matrix, queries, services
from tradeoffs.models import Decision, Uncovered

ROOT = Path(__file__).resolve().parents[2] / "tradeoffs"
WHOLE = {"blind.py", "content.py", "matrix.py", "services/robustness.py"}
"""Who takes a matrix whole: nobody reads a cell of what these make of it."""
CELLS = {
    "bindings.py", "blind.py", "content.py", "pages/fill.py", "matrix.py", "queries.py",
    "services/binding.py", "services/closing.py", "services/drifting.py", "services/filling.py",
    "services/robustness.py", "services/scoring.py", "services/weighing.py", "views/weighing.py",
}  # fmt: skip
"""Who reads rows of scores itself, apart from the one matrix."""


def sources():
    return [(path.relative_to(ROOT).as_posix(), path) for path in sorted(ROOT.rglob("*.py"))
            if not {"migrations", "models"} & set(path.parts)]  # fmt: skip


def test_a_matrix_is_shown_to_nobody_about_whom_nobody_asked(filled):  # noqa: F811
    read = Decision.objects.get(pk=filled.pk)
    with pytest.raises(Uncovered, match=r"queries\.seen_by"):
        matrix.of(read)
    with pytest.raises(Uncovered):
        assert read.unseen
    assert matrix.of(queries.seen_by(None, Decision.objects.all()).get()).scored == 4


def test_only_work_that_nobody_reads_takes_a_matrix_whole():
    calls = {name for name, path in sources() if re.search(r"\bmatrix\.whole\(", path.read_text())}
    assert calls == WHOLE - {"matrix.py"}
    named = {
        name for name, path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "tradeoffs.matrix"
        and {"whole", "made"} & {alias.name for alias in node.names}
    }  # fmt: skip
    assert named == set()


def test_no_other_module_reads_the_rows_of_scores():
    reads = re.compile(r"\bScore\.objects|\.scores\.(all|filter|select_related|get)|\"scores\"\)")
    found = {name for name, path in sources() if reads.search(path.read_text())}
    assert found <= CELLS


def list_of(more=""):
    return lambda key: reverse("tradeoffs:decision-list", args=["PAY"]) + more


def of(name, more=""):
    return lambda key: reverse(f"tradeoffs:{name}", args=[key]) + more


CHANNELS = {
    "home card": lambda key: "/p/PAY/",
    "notification": lambda key: reverse("tradeoffs:review-inbox", args=["PAY"]),
    "list": list_of(),
    "list, found by words": list_of("?q=queue"),
    "page": of("decision-detail"),
    "matrix": of("decision-matrix"),
    "compared with one": of("decision-matrix", "?view=pugh"),
    "even swaps": of("decision-matrix", "?view=swaps"),
    "robustness": of("decision-robustness"),
    "reproduce": of("robustness-reproduce"),
    "review": of("decision-review"),
    "history": of("decision-history"),
    "two versions": of("decision-history", "?from={first}"),
    "log of the product": lambda key: reverse("tpm:history-list", args=["PAY"]),
    "CSV": of("matrix-csv"),
    "MADR": of("decision-export"),
    "Nygard": of("decision-export", "?as=nygard"),
    "to copy": of("decision-copy"),
    "similar": lambda key: reverse("tradeoffs:decision-similar", args=["PAY"]) + "?title=queue",
    "graph": lambda key: reverse("tradeoffs:decision-graph", args=["PAY"]),
    "search": lambda key: "/search/?q=queue",
    "API": API.format,
    "API, list": lambda key: "/api/v1/decisions/",
    "API, robustness": lambda key: API.format(key) + "robustness/",
    "API, standing": lambda key: API.format(key) + "standing/",
    "API, versions": lambda key: API.format(key) + "versions/",
    "API, rounds": lambda key: API.format(key) + "rounds/",
    "API, record": lambda key: f"/api/v1/decision-records/{key}/",
}  # fmt: skip
SHOW = {
    "matrix", "history", "log of the product", "CSV", "MADR", "Nygard", "to copy", "API",
    "API, list", "API, record", "reproduce", "API, robustness", "review", "API, standing",
}  # fmt: skip
"""Where whoever does not score reads the numbers: there the mark is looked for, and found."""


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_shows_a_scorer_no_cell(channel, round_, ada, mel, client_of):  # noqa: F811
    decision = round_.decision
    first = decision.versions.order_by("pk").first()
    url = CHANNELS[channel](decision.key).replace("{first}", str(first.pk))
    answer = client_of(ada).get(url)
    if channel != "reproduce":
        assert answer.status_code == 200, url
    assert leaks(text_of(answer)) == [], url
    if channel in SHOW:
        assert leaks(text_of(client_of(mel).get(url))) != [], url


def test_neither_figures_nor_archives_carry_cells(round_, ada):  # noqa: F811
    assert leaks(list(Figure.objects.values())) == []
    rows = exporting.exported(Decision.objects.all(), viewer=ada)
    assert leaks(exporting.as_zip(rows).decode(errors="replace")) == []


def test_what_lacks_tells_a_scorer_nothing_of_the_cells(round_, ada, lena):  # noqa: F811
    """A lead who scores tries to accept: what is said does not depend on what is scored."""
    Decision.objects.update(tier=2, state="in_review", chosen=round_.decision.options.first())

    def said(user):
        with pytest.raises(ValidationError) as refused:
            services.accept_decision(round_.decision, by=user, version=None)
        return refused.value.messages

    with_cells = said(lena)
    for option in round_.decision.options.all():
        option.scores.all().delete()
    assert said(lena) == with_cells
