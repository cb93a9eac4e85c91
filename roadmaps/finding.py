"""What a term of the filter language asks of the database, in words where it asks nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Case, When
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IContains,
    LessThan,
    LessThanOrEqual,
)
from django.utils.translation import gettext as _

from roadmaps import language
from roadmaps.language import Term
from roadmaps.models import Estimate, Item, ItemForecast, ItemLink, ItemTeam, PlanStatus
from roadmaps.queries.items import WITHOUT_OBJECTIVE
from roadmaps.queries.names import ROWS, Names, label_of, rows_named
from tpm import formats

SIGNS = {"=": "exact", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
LOOKUPS = {
    "=": Exact, "<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual
}  # fmt: skip
NAMED_IN_A_SENTENCE = 8
EVERYTHING, NOTHING = Q(), Q(pk__in=[])


@dataclass(frozen=True)
class Part:
    """A term and what became of it.

    condition: what it asks of an item; None where it asks nothing
    problem:   why it asks nothing, as a sentence
    word:      its value as a person reads it
    written:   the term with names in it instead of row numbers
    """

    term: Term
    condition: Q | None
    word: str = ""
    written: str = ""
    problem: str = ""


def part_of(term: Term, names: Names, user) -> Part:
    """The condition of one term, or the sentence that says why it has none."""
    if term.problem:
        return Part(term, None, written=term.typed, problem=sentence(term, names))
    written, word = term.typed, value_words(term)
    if term.name in language.NAMED:
        condition, words, unknown = named_rows(term, names, user)
        if unknown:
            return Part(term, None, written=written, problem=unknown_name(term, unknown, names))
        word = ", ".join(words)
        if any(value.isdecimal() for value in term.values) and len(words) == 1:
            written = language.written(term.name, words[0], negated=term.negated)
    elif term.is_text:
        condition = text_condition(term.values[0])
    elif term.name in language.WORDS:
        condition = any_of(WORD_CONDITIONS[term.name](value) for value in term.values)
    else:
        condition = compared(term, names)
    if term.negated:
        condition, word = complement(condition), _("not %s") % word
    return Part(term, condition, word=word, written=written)


def complement(condition: Q) -> Q:
    """All that a condition leaves out, also where it compares with what is not known.

    In SQL a comparison with nothing is neither true nor false, and so is its negation: an item
    without an estimate would be neither above five days nor not.
    """
    if condition == EVERYTHING:
        return NOTHING
    known = Case(When(condition, then=Value(True)), default=Value(False))
    return Q(Exact(known, Value(False)))


def any_of(conditions: Iterable[Q]) -> Q:
    found = list(conditions)
    if any(condition == EVERYTHING for condition in found):
        return EVERYTHING
    whole = found[0]
    for condition in found[1:]:
        whole |= condition
    return whole


# -- text ----------------------------------------------------------------------------------------


def text_condition(text: str) -> Q:
    """Items that say a text: in their title, key or words, or in what an import brought."""
    return (
        Q(title__icontains=text)
        # Keys are written in capitals: comparing them as they are spares ten thousand conversions.
        | Q(key=text.upper())
        | Q(source_number__iexact=text)
        | Q(description__icontains=text)
        # What an import brought without a column of ours is searched as the text it is.
        | (~Q(extra={}) & Q(IContains(Cast("extra", TextField()), text)))
    )


# -- rows with a name ----------------------------------------------------------------------------


def named_rows(term: Term, names: Names, user) -> tuple[Q, list[str], str]:
    """(condition, words, the value that names nothing) of a term that names rows."""
    conditions, words = [], []
    for value in term.values:
        if value.lower() == "none":
            conditions.append(Q(**{f"{field_of(term.name)}__isnull": True}))
            words.append(_("none"))
        elif term.name == "objective" and value.lower() == "orphan":
            conditions.append(WITHOUT_OBJECTIVE)
            words.append(_("none, though planned"))
        elif term.name == "owner" and value.lower() == "me":
            conditions.append(Q(owner__user=user) if user and user.is_authenticated else NOTHING)
            words.append(_("me"))
        else:
            found = (
                parents(names, value)
                if term.name == "parent"
                else rows_named(term.name, names, value)
            )
            if not found:
                return NOTHING, [], value
            if term.name == "component":
                through = Item.components.through.objects.filter(item=OuterRef("pk"))
                rows_ = [row.pk for row in found]
                conditions.append(Q(Exists(through.filter(component__in=rows_))))
            elif term.name == "team":
                conditions.append(needs_team([row.pk for row in found]))
            else:
                conditions.append(Q(**{f"{term.name}__in": [row.pk for row in found]}))
            words.append(", ".join(str(getattr(row, "key", row)) if term.name == "parent"
                                   else label_of(row) for row in found))  # fmt: skip
    return any_of(conditions), words, ""


def needs_team(pks: list[int]) -> Q:
    """Items that one of these teams works on, as their own or beside others."""
    return Q(team__in=pks) | Q(pk__in=ItemTeam.objects.filter(team__in=pks).values("item"))


def field_of(name: str) -> str:
    return "components" if name == "component" else name


def parents(names: Names, value: str) -> list[Item]:
    return list(names.items.filter(key__iexact=value).only("key")[:1])


# -- words ---------------------------------------------------------------------------------------


def state_is(value: str) -> Q:
    if value == "any":
        return EVERYTHING
    return Q(state__in=Item.OPEN) if value == "open" else Q(state=value)


def horizon_is(value: str) -> Q:
    return Q(horizon="" if value == "none" else value)


def estimate_is(value: str) -> Q:
    """What is worked on without an estimate, as `without_estimate`; or whatever has one."""
    estimated = Exists(Estimate.objects.filter(item=OuterRef("pk")))
    if value == "any":
        return Q(estimated)
    parts = Exists(Item.objects.filter(parent=OuterRef("pk")))
    return Q(~estimated) & Q(~parts) & ~Q(kind=Item.Kind.MILESTONE)


def is_so(value: str) -> Q:
    if value == "pinned":
        return Q(pinned=True)
    if value == "blocked":
        waits = ItemLink.objects.filter(successor=OuterRef("pk"), predecessor__state__in=Item.OPEN)
        return Q(state__in=Item.OPEN) & Q(Exists(waits))
    over = newest_dates().filter(Q(p85__gt=OuterRef("target_date")) | Q(p85__isnull=True))
    late = Q(state__in=Item.SIMULATED, target_date__isnull=False) & Q(Exists(over))
    return late | Q(state=Item.State.DONE, finished_on__gt=F("target_date"))


WORD_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "state": state_is,
    "kind": lambda value: Q(kind=value),
    "horizon": horizon_is,
    "estimate": estimate_is,
    "is": is_so,
}


# -- comparisons ---------------------------------------------------------------------------------


def newest_dates() -> QuerySet[ItemForecast]:
    """What the newest runs say of the outer item."""
    newest = PlanStatus.objects.filter(run__isnull=False).values("run")
    return ItemForecast.objects.filter(item=OuterRef("pk"), run__in=newest)


def compared(term: Term, names: Names) -> Q:
    sign = SIGNS[term.operator]
    return COMPARED[term.name](term, sign, names)


def forecast_day(term: Term, sign: str, names: Names, *, column: str) -> Q:
    """A date of the forecast; one beyond its horizon is after every day."""
    dated = Q(state__in=Item.SIMULATED)
    if term.asks_for_none:
        return ~(dated & Q(Exists(newest_dates().filter(**{f"{column}__isnull": False}))))
    said = Q(**{f"{column}__{sign}": term.day})
    if sign in ("gt", "gte"):
        said |= Q(**{f"{column}__isnull": True})
    return dated & Q(Exists(newest_dates().filter(said)))


def target_day(term: Term, sign: str, names: Names) -> Q:
    if term.asks_for_none:
        return Q(target_date__isnull=True)
    return Q(**{"target_date__isnull": False, f"target_date__{sign}": term.day})


def start_day(term: Term, sign: str, names: Names) -> Q:
    """The day on which it was begun, else the P50 of the forecast."""
    planned = Q(started_on__isnull=True, state__in=Item.SIMULATED)
    if term.asks_for_none:
        dated = newest_dates().filter(start_p50__isnull=False)
        return Q(started_on__isnull=True) & ~(planned & Q(Exists(dated)))
    dated = newest_dates().filter(**{f"start_p50__{sign}": term.day})
    begun = Q(**{"started_on__isnull": False, f"started_on__{sign}": term.day})
    return begun | (planned & Q(Exists(dated)))


def effort_days(term: Term, sign: str, names: Names) -> Q:
    newest = Estimate.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    if term.asks_for_none:
        return Q(~Exists(newest))
    likely = Subquery(newest.values("p50_days")[:1])
    return Q(LOOKUPS[term.operator](likely, Value(term.number)))


def chance_percent(term: Term, sign: str, names: Names) -> Q:
    """The chance by the target that the run knew; another target has none yet."""
    share = (term.number or 0) / 100
    same = newest_dates().filter(target_date=OuterRef("target_date"), **{f"chance__{sign}": share})
    return Q(state__in=Item.SIMULATED) & Q(Exists(same))


def rank_place(term: Term, sign: str, names: Names) -> Q:
    """The place in the order of the plan: 1 is the first of the open items."""
    ranked = Item.objects.filter(product__in=names.items.values("product"), state__in=Item.OPEN)
    place = int(term.number or 0)
    if place < 1:
        return Q(state__in=Item.OPEN) if sign in ("gt", "gte") else NOTHING
    at = ranked.order_by("rank", "pk").values("rank")[place - 1 : place]
    bound = Coalesce(Subquery(at), Value(1e300))
    return Q(state__in=Item.OPEN) & Q(LOOKUPS[term.operator](F("rank"), bound))


def ranked_number(term: Term, sign: str, names: Names, *, column: str) -> Q:
    """A score, or the cost of a week, as the newest ranking has it."""
    if term.asks_for_none:
        return Q(**{f"priority__{column}__isnull": True})
    return Q(**{f"priority__{column}__{sign}": term.number})


COMPARED: dict[str, Callable[[Term, str, Names], Q]] = {
    **{name: partial(forecast_day, column=name) for name in ("p50", "p85", "p95")},
    "target": target_day,
    "start": start_day,
    "effort": effort_days,
    "chance": chance_percent,
    "rank": rank_place,
    "score": partial(ranked_number, column="score_p50"),
    "cost": partial(ranked_number, column="week"),
}


# -- words for people ----------------------------------------------------------------------------


def value_words(term: Term) -> str:
    """The value of a term as a chip shows it."""
    if term.name in ("state", "kind", "horizon"):
        labels: dict[str, str] = {
            **dict(getattr(Item, term.name.title()).choices),
            "open": _("open"), "any": _("any"), "none": _("none"),
        }  # fmt: skip
        return ", ".join(str(labels[value]) for value in term.values)
    if term.name in ("estimate", "is"):
        words = {
            "none": _("none"), "any": _("any"), "pinned": _("pinned"), "blocked": _("blocked"),
            "late": _("late"),
        }  # fmt: skip
        return ", ".join(words[value] for value in term.values)
    if term.day is not None:
        return f"{term.operator} {formats.day(term.day, year=True)}"
    if term.number is not None:
        unit = {"chance": " %", "effort": " d"}.get(term.name, "")
        return f"{term.operator} {formats.amount(term.number)}{unit}"
    return ", ".join(term.values)


def sentence(term: Term, names: Names) -> str:
    """What is wrong with a term, and what there would be."""
    if term.problem == "name":
        word = term.typed.lstrip("-").split(term.operator)[0]
        every = ", ".join(f"{name}:" for name in ("status", *language.NAMES) if name != "state")
        return _(
            "There is no term “%(word)s”. There are %(every)s. In quotes it is searched as text."
        ) % {"word": word + term.operator, "every": every}
    if term.problem == "day":
        return _(
            "“%(typed)s”: %(name)s compares with a day such as 2027-03-01, today or +2w, "
            "by < <= > >= or =."
        ) % {"typed": term.typed, "name": term.name}
    if term.problem == "number" or (term.name in language.NUMBERS and not term.values):
        return _("“%(typed)s”: %(name)s compares with a number, such as %(name)s>5.") % {
            "typed": term.typed, "name": term.name
        }  # fmt: skip
    if not term.values:
        return _("“%(typed)s” is not finished. There is %(there)s.") % {
            "typed": term.typed, "there": there_is(term.name, names)
        }  # fmt: skip
    wrong = next((v for v in term.values if v not in language.WORDS.get(term.name, ())), "")
    return unknown_name(term, wrong or term.typed, names)


def unknown_name(term: Term, value: str, names: Names) -> str:
    return _("“%(typed)s”: there is no “%(value)s”. There is %(there)s.") % {
        "typed": term.typed, "value": value, "there": there_is(term.name, names)
    }  # fmt: skip


def there_is(name: str, names: Names) -> str:
    """What a term may name, a few of them."""
    if name in language.WORDS:
        found = list(language.WORDS[name])
    elif name in language.DAYS:
        found = [f"{name}<2027-03-01", f"{name}>=+2w"]
    elif name == "parent":
        found = [_("the key of an item"), "none"]
    elif name in ROWS:
        known = ROWS[name](names)
        found = [getattr(row, "slug", None) or label_of(row) for row in known]
        found = [*found[:NAMED_IN_A_SENTENCE], *(["…"] if len(found) > NAMED_IN_A_SENTENCE else [])]
        found += {"owner": ["me", "none"], "objective": ["none", "orphan"]}.get(name, ["none"])
    else:
        found = [f"{name}>5"]
    return ", ".join(found)
