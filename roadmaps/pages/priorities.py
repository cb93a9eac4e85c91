"""What the page of priorities shows: the ranking in words, and its rows as ready text."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roadmaps.filters import Choices, ItemFilter
from roadmaps.finding import Part
from roadmaps.forecasting.formula import Formula
from roadmaps.forecasting.reorder import rearranged
from roadmaps.models import Item, ItemPriority, Objective
from roadmaps.pages.item_table import places
from roadmaps.pages.priority_rows import (
    Sheet,
    beyond_words,
    curve_words,
    row_html,
    unit_of,
    worth_text,
)
from roadmaps.queries.items import with_effort
from roadmaps.queries.priorities import Ranked, effort_tables, rankable, ranked, values_of
from roadmaps.services.priorities import kept_formula
from roadmaps.services.proposals import newest, proposal_of, still_holds
from tpm import formats
from tpm.models import Job, Product
from tpm.roles import can

PAGE_ROWS = 100
SORTS = ("score", "cost", "rank", "key", "title", "effort")


HEADS: dict[str, tuple[Any, str]] = {
    "key": (gettext_lazy("Key"), "k"),
    "title": (gettext_lazy("Title"), ""),
    "score": (gettext_lazy("Score"), "n sc"),
    "place": (gettext_lazy("Place"), "n pl"),
    "next": (gettext_lazy("Above next"), "n"),
    "effort": (gettext_lazy("Effort, learned"), "n"),
    "cost": (gettext_lazy("Cost of a week"), "n"),
    "rank": (gettext_lazy("Rank now"), "n"),
    "proposed": (gettext_lazy("Proposed"), "n"),
}


class PriorityPage:
    """One view of the priorities of one plan. Each fact is read once."""

    def __init__(self, request, product: Product, asked: ItemFilter) -> None:
        self.request, self.product, self.asked = request, product, asked
        self.user = request.user
        self.path = reverse("roadmaps:priorities", args=[product.key])

    @cached_property
    def ranked(self) -> Ranked:
        return ranked(self.product)

    @cached_property
    def formula(self) -> Formula | None:
        return kept_formula(self.ranked.formula)

    @property
    def unit(self) -> str:
        return unit_of(self.ranked.formula)

    @cached_property
    def choices(self) -> Choices:
        return Choices.of(self.product)

    @cached_property
    def base(self) -> QuerySet[Item]:
        return rankable(self.product)

    @cached_property
    def every(self) -> int:
        return self.base.count()

    @cached_property
    def parts(self) -> list[Part]:
        return self.asked.parts(self.base, self.user, self.choices)

    @cached_property
    def page(self) -> Page:
        found = self.asked.apply(self.base, self.user, self.choices, self.parts, closed=True)
        if self.asked.sort.removeprefix("-") == "effort":
            found = with_effort(found)
        if self.asked.sort.removeprefix("-") in SORTS:
            found = self.asked.order(found)
        else:
            found = found.order_by(
                F("priority__place").asc(nulls_last=True),
                F("priority__week").desc(nulls_last=True), "rank", "pk",
            )  # fmt: skip
        keys = list(found.values_list("pk", flat=True))
        return Paginator(keys, PAGE_ROWS).get_page(self.request.GET.get("page"))

    @cached_property
    def items(self) -> list[Any]:
        shown: Any = self.page.object_list
        found = with_effort(self.base.filter(pk__in=shown)).select_related("priority")
        known = {item.pk: item for item in found.defer("description", "extra")}
        return [known[pk] for pk in shown if pk in known]

    @cached_property
    def band_sizes(self) -> dict[int, int]:
        mine = ItemPriority.objects.filter(ranking__product=self.product, band__isnull=False)
        return dict(mine.values_list("band").annotate(n=Count("pk")).order_by())

    @cached_property
    def comparison(self) -> Job | None:
        """The newest comparison of orders; at work, or of the plan as it is."""
        job = newest(self.product)
        if job is None or (job.ended_at is not None and not still_holds(self.product, job)):
            return None
        return job

    @cached_property
    def proposed(self) -> dict[int, int]:
        """Place of each open item in the order that is proposed by value, else by score."""
        job = self.comparison
        if job is None or job.ended_at is None:
            return {}
        found = proposal_of(job, "value") or proposal_of(job, "score")
        if found is None:
            return {}
        now = list(self.places)
        known = set(now)
        order = rearranged(now, [pk for pk in found["order"] if pk in known])
        return {pk: place for place, pk in enumerate(order, start=1)}

    @cached_property
    def places(self) -> dict[int, int]:
        return places(self.product)

    @cached_property
    def sheet(self) -> Sheet:
        return Sheet(
            formula=self.formula,
            unit=self.unit,
            values=values_of([item.pk for item in self.items]),
            efforts=effort_tables(self.product, [item.pk for item in self.items]),
            band_sizes=self.band_sizes,
            may_type=can(self.user, "estimate", self.product),
            may_plan=can(self.user, "plan", self.product),
            places=self.places,
            proposed=self.proposed,
        )

    @cached_property
    def rows(self) -> list[SafeString]:
        return [row_html(item, self.sheet) for item in self.items]

    @cached_property
    def heads(self) -> list[dict[str, Any]]:
        """Each column, with the address that sorts by it where it can be sorted by."""
        inputs = [(each.label, "n") for each in (self.formula.inputs if self.formula else ())]
        found = []
        for name, (label, class_) in HEADS.items():
            if name in ("score", "place", "next") and self.formula is None:
                continue
            if name == "proposed" and not self.proposed:
                continue
            if name == "effort":
                found += [{"label": word, "class_": kind, "url": ""} for word, kind in inputs]
            found.append({"label": self.label(name, label), "class_": class_} | self.sorts(name))
        return found

    def label(self, name: str, label: Any) -> str:
        return f"{label}, {self.unit}" if name == "cost" else str(label)

    def sorts(self, name: str) -> dict[str, str]:
        if name not in SORTS:
            return {"url": ""}
        now = self.asked.sort
        first = f"-{name}" if name in ("score", "cost", "effort") else name
        other = name if first != name else f"-{name}"
        to = other if now == first else first
        way = "ascending" if now == name else "descending" if now == f"-{name}" else ""
        if not now and name == "score":
            way, to = "descending", "score"
        return {"url": self.path + self.asked.query(sort=to), "sorted": way}

    @cached_property
    def headline(self) -> str:
        """What the ranking says first, in a sentence."""
        mine = ItemPriority.objects.filter(ranking__product=self.product, place=1)
        first = mine.select_related("item").first()
        if first is None or self.formula is None:
            return ""
        together = self.band_sizes.get(first.band or 1, 1)
        words = {
            "key": first.item.key,
            "share": formats.percent(first.first),
            "n": formats.number(together),
        }
        if together == 1:
            return _("%(key)s is first in %(share)s of the draws.") % words
        if len(self.band_sizes) == 1:
            return (
                _("No order can be told: all %(n)s are a tie, %(key)s is first in %(share)s.")
                % words
            )
        return (
            _("The top %(n)s are a tie: %(key)s is first in only %(share)s of the draws.") % words
        )

    @cached_property
    def counts(self) -> str:
        """How many have a score, and what the others lack."""
        ranking = self.ranked.ranking
        if ranking is None or self.formula is None:
            return ""
        words = ngettext("%(n)s item has a score", "%(n)s items have a score", ranking.ranked) % {
            "n": formats.number(ranking.ranked)
        }
        if not ranking.unranked:
            return words + "."
        more = ngettext(
            "%(n)s lacks an input and has none", "%(n)s lack an input and have none",
            ranking.unranked,
        ) % {"n": formats.number(ranking.unranked)}  # fmt: skip
        return f"{words}; {more}."

    @cached_property
    def value_words(self) -> str:
        """What being done when forecast loses, and one more week of all of it."""
        ranking = self.ranked.ranking
        if ranking is None:
            return ""
        own = ItemPriority.objects.filter(ranking=ranking).aggregate(
            lost=Sum("lost"), week=Sum("own_week")
        )
        aims = list(ranking.objectives.values())
        if own["lost"] is None and not aims:
            return ""
        lost = (own["lost"] or 0) + sum(each["lost"] for each in aims)
        week = (own["week"] or 0) + sum(each["week"] for each in aims)
        told = _("As forecast, being late loses %(lost)s; a further week of everything %(week)s.")
        return told % {
            "lost": worth_text(lost, self.unit), "week": worth_text(week, self.unit)
        }  # fmt: skip

    @cached_property
    def objectives(self) -> list[dict[str, Any]]:
        """Open objectives with their value curve and what being late loses."""
        told = self.ranked.ranking.objectives if self.ranked.ranking else {}
        found = Objective.objects.filter(product=self.product, closed_on=None)
        lines = []
        for aim in found.select_related("product", "value_curve"):
            curve = getattr(aim, "value_curve", None)
            row = told.get(str(aim.pk))
            lines.append(
                {
                    "objective": aim,
                    "curve": curve_words(curve, self.unit),
                    "lost": worth_text(row["lost"], self.unit) if row else formats.UNKNOWN,
                    "week": worth_text(row["week"], self.unit) if row else formats.UNKNOWN,
                    "beyond": beyond_words(row["beyond"]) if row else "",
                }
            )
        return lines
