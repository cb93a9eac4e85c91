"""What was said of decisions, who may say it, who was asked: one query for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet
from django.db.models import Value as Literal
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from tpm.models import Role
from tradeoffs.models import Decision, Review, Reviewer, Summary, Version

MARK = "mark"
"""Where a summary keeps the mark of what its decision said when it was worked out."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one person said once.

    by:        the account; verdict: of `Review.Verdict`
    seen:      the mark of what they looked at, None where only the version was kept
    amendment: what it is about, None for the decision itself
    blocks:    whether it is an objection that nobody has withdrawn or overruled
    """

    pk: int
    by: int
    verdict: str
    version: int
    seen: str | None = None
    amendment: int | None = None
    blocks: bool = False

    @property
    def needs_mark(self) -> bool:
        return self.amendment is None and self.seen is not None


@dataclass(frozen=True, slots=True)
class Heard:
    """words, asked and marks by decision, members (account to level) by product.

    words: the newest first; marks: only of decisions that have not changed since they were kept
    """

    words: dict[int, list[Word]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[int, frozenset[int]] = field(default_factory=dict)
    members: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    marks: dict[int, str] = field(default_factory=dict)


def of(decisions: Iterable[Decision], able: Sequence[str]) -> Heard:
    """Read what the database says now. able: the levels of a role that may judge"""
    rows = {decision.pk: decision for decision in decisions}
    found = Heard()
    if not rows:
        return found
    asked: dict[int, set[int]] = defaultdict(set)
    kept: dict[int, tuple[int, int, str]] = {}
    noted: dict[int, str] = {}
    now: dict[int, int] = {}
    for part, about, pk, by, version, amendment, ended, word, mark in union(rows, able):
        if part == "said":
            blocks = word == Review.Verdict.OBJECT and not ended
            seen, amended = mark or None, amendment or None
            found.words[about].append(Word(pk, by, word, version, seen, amended, blocks))
        elif part == "able":
            found.members[about][by] = word
        elif part == "asked":
            asked[about].add(by)
        elif part == "kept":
            kept[about] = max(kept.get(about, (0, 0, "")), (pk, version, mark))
        elif part == "now":
            now[about] = version
        else:
            noted[about] = mark
    for words in found.words.values():
        words.sort(key=lambda one: -one.pk)
    found.asked.update({pk: frozenset(people) for pk, people in asked.items()})
    # Every change of what is judged counts as a version, so what was kept of this one still holds.
    for pk, version in now.items():
        _, number, mark = kept.get(pk, (0, 0, ""))
        stamp, _, other = noted.get(pk, "").partition(":")
        if number == version:
            found.marks[pk] = mark
        elif stamp == str(version):
            found.marks[pk] = other
    return found


def union(rows: dict[int, Decision], able: Sequence[str]) -> QuerySet[Any, Any]:
    """(part, decision or product, id, account, version, amendment, end, word, mark) of all."""
    pks, products = list(rows), {row.product_id for row in rows.values()}
    said = line(
        Review.objects.filter(decision__in=pks), "said", F("decision_id"), by=F("by_id"),
        version=F("decision_version"), amendment=Coalesce(F("amendment_id"), 0),
        ended=Coalesce(F("ended__id"), 0), word=F("verdict"),
        mark=Coalesce(F("seen__digest"), Literal("")),
    )  # fmt: skip
    roles = Role.objects.filter(
        product__in=products, level__in=able, person__user__is_active=True
    )  # fmt: skip
    return said.union(
        line(Decision.objects.filter(pk__in=pks), "now", F("pk"), version=F("version")),
        line(roles, "able", F("product_id"), by=F("person__user_id"), word=F("level")),
        line(
            Reviewer.objects.filter(decision__in=pks), "asked", F("decision_id"),
            by=Coalesce(F("person__user_id"), 0),
        ),
        line(
            Version.objects.filter(decision__in=pks), "kept", F("decision_id"),
            version=F("number"), mark=F("digest"),
        ),
        line(
            Summary.objects.filter(decision__in=pks, data__has_key=MARK), "noted",
            F("decision_id"), mark=KeyTextTransform(MARK, "data"),
        ),
        all=True,
    ).order_by()  # fmt: skip


def line(
    rows: QuerySet[Any], part: str, about: F, *, by: Any = 0, version: Any = 0,
    amendment: Any = 0, ended: Any = 0, word: Any = "", mark: Any = "",
) -> QuerySet[Any, Any]:  # fmt: skip
    """Rows of one kind in the columns that all kinds share."""
    numbers = {"by": by, "version": version, "amendment": amendment, "ended": ended}
    texts = {"word": word, "mark": mark}
    columns = {
        "n_part": Literal(part, output_field=CharField()),
        "n_about": Cast(about, IntegerField()),
        "n_row": Cast(F("pk"), IntegerField()),
        **{f"n_{name}": Cast(as_value(x), IntegerField()) for name, x in numbers.items()},
        **{f"n_{name}": Cast(as_value(x), CharField()) for name, x in texts.items()},
    }
    return rows.order_by().annotate(**columns).values_list(*columns)


def as_value(given: Any) -> Any:
    return Literal(given) if isinstance(given, int | str) else given
