"""Forms of working together: who judges, amendments, sections, blind rounds, comments on a part."""

from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from tpm.forms import DayField
from tpm.models import Level, Person, Role, Team
from tpm.roles import teams_of
from tradeoffs import blind, standing, tiers
from tradeoffs.forms.decisions import offer
from tradeoffs.maths import ranges
from tradeoffs.models import Decision, ReviewPlan
from tradeoffs.services import asking

FEW = 3


class AskForm(forms.Form):
    """Whom to ask, until when, and at which tier, at the moment of asking."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), required=False, label="Who judges it",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    days = forms.IntegerField(
        label="Working days to answer", min_value=1, max_value=250, required=False,
        help_text="From today. When the decision itself is due stands on the record.",
    )  # fmt: skip
    tier = forms.TypedChoiceField(
        label="How much review", required=False, coerce=int, empty_value=None,
        widget=forms.RadioSelect,
    )  # fmt: skip
    undoing = forms.TypedChoiceField(
        label="How hard to undo", required=False, empty_value="", widget=forms.RadioSelect,
    )  # fmt: skip
    reach = forms.TypedChoiceField(
        label="How far it reaches", required=False, empty_value="", widget=forms.RadioSelect,
        help_text="Both answers say how much review is due at least; a note, tier 0, needs both.",
    )  # fmt: skip
    why = forms.CharField(
        label="What to look at", required=False, max_length=1000,
        widget=forms.Textarea({"rows": 2}), help_text="A word to those who are asked.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        suggested = standing.suggested(decision)
        self.because = {person.pk: why for person, why in suggested}
        asked = decision.reviewers.values("person")
        able = asking.offered_people(decision).exclude(pk__in=asked).order_by("name")
        offer(self, "people", able)
        field: Any = self.fields["people"]
        field.label_from_instance = self.named
        field.help_text = whom(decision, able.exists())
        self.initial.setdefault("people", begin_with(decision, suggested))
        self.initial.setdefault("days", asking.WORKING_DAYS)
        self.initial.setdefault("tier", "" if decision.tier is None else decision.tier)
        self.initial.setdefault("version", decision.version)
        tier: Any = self.fields["tier"]
        unsaid = [("", "Not said: counts as 1")] if decision.tier is None else []
        tier.choices = [*unsaid, *Decision.Tier.choices]
        for name, answers in (("undoing", Decision.Undoing), ("reach", Decision.Reach)):
            self.initial.setdefault(name, getattr(decision, name))
            self.fields[name].choices = [
                *([] if getattr(decision, name) else [("", "Not answered")]), *answers.choices,
            ]  # fmt: skip
        self.answered = {"undoing": decision.undoing, "reach": decision.reach}

    def clean(self) -> dict:
        """What lacks for the chosen tier stands at its question."""
        data = super().clean() or {}
        answers = self.answered | {name: data[name] for name in self.answered if data.get(name)}
        data["answers"] = answers
        least = tiers.tier_of(**answers)
        if data.get("tier") == 0 and least is None:
            for name in (name for name, said in answers.items() if not said):
                self.add_error(name, "A note of tier 0 needs this answer.")
        elif data.get("tier") is not None and data["tier"] < (least or 0):
            self.add_error("tier", f"The two answers ask for tier {least}.")
        return data

    def named(self, person) -> str:
        why = self.because.get(person.pk)
        return f"{person.name}: {why}" if why else person.name


def whom(decision: Decision, anybody: bool) -> str:
    """Who is asked already, who cannot be, and what happens where nobody is chosen."""
    asked = [row.person.name for row in decision.reviewers.select_related("person")]
    words = [f"Asked already: {', '.join(asked)}."] if asked else []
    if not anybody and not asked:
        return "Nobody but you could judge it: the role member and an account are needed for that."
    if not asked:
        words.append("Nobody chosen: it waits for the leads.")
    roles = Role.objects.filter(product=decision.product_id).select_related("person__user")
    cannot = roles.exclude(person__user__in=standing.members(decision)).order_by("person__name")
    without = [
        row.person.name for row in cannot if not (row.person.user and row.person.user.is_active)
    ]
    reading = [row.person.name for row in cannot if row.person.name not in without]
    if reading:
        words.append(f"Only read here, so cannot judge: {some(reading)}.")
    if without:
        words.append(f"Have no account: {some(without)}.")
    return " ".join(words)


def some(names: list[str]) -> str:
    """A few names, and how many more."""
    rest = len(names) - 2 * FEW
    return ", ".join(names[: 2 * FEW]) + (f" and {rest} more" if rest > 0 else "")


def begin_with(decision: Decision, suggested: list[tuple[Person, str]]) -> list[int]:
    """Who is ticked to begin with: the approver and owners; without them, the leads if few."""
    if decision.reviewers.exists():
        return []
    able = asking.offered_people(decision)
    found = [person.pk for person, why in suggested if why.startswith("owns ")]
    if decision.approver_id and able.filter(pk=decision.approver_id).exists():
        found.append(decision.approver_id)
    if not found:
        leads = Role.objects.filter(product=decision.product_id, level=Level.LEAD)
        found = list(able.filter(roles__in=leads).values_list("pk", flat=True)[:FEW])
    return list(dict.fromkeys(found))


class PlanForm(forms.Form):
    """By whom, by which rule and until when a decision is judged."""

    rule = forms.ChoiceField(
        label="Who has to approve", choices=ReviewPlan.Rule, widget=forms.RadioSelect
    )
    needed = forms.IntegerField(
        label="Approvals needed", min_value=1, max_value=50, required=False,
        help_text="Of those asked, when a number has to approve.",
    )  # fmt: skip
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        help_text="Whose people all have to approve, by that rule.",
    )
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), required=False, label="Ask", widget=forms.CheckboxSelectMultiple,
        help_text="The author's own approval would not count.",
    )  # fmt: skip
    days = forms.IntegerField(
        label="Working days to answer", min_value=1, max_value=250, required=False,
        help_text="Empty: the day stays as it is.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        plan = ReviewPlan.objects.filter(decision=decision).first()
        self.plan = plan
        offer(self, "team", teams_of(decision.product))
        asked = decision.reviewers.values("person")
        people = asking.offered_people(decision).exclude(pk__in=asked).order_by("name")
        offer(self, "people", people)
        if not people.exists():
            self.fields["people"].help_text = "Everybody who could judge it is asked already."
        self.because = {person.pk: why for person, why in standing.suggested(decision)}
        field: Any = self.fields["people"]
        field.label_from_instance = self.named
        self.initial.setdefault("rule", plan.rule if plan else ReviewPlan.Rule.COUNT)
        needed = plan.needed if plan else max(1, tiers.approvals(decision.tier))
        self.initial.setdefault("needed", needed)
        self.initial.setdefault("team", plan.team_id if plan else None)
        if plan is None or plan.due_on is None:
            self.initial.setdefault("days", asking.WORKING_DAYS)
        self.initial.setdefault("version", plan.version if plan else 0)

    def named(self, person) -> str:
        why = self.because.get(person.pk)
        return f"{person.name}: {why}" if why else person.name


class AmendForm(forms.Form):
    """Another text for one section of an accepted decision."""

    new = forms.CharField(
        label="New text", required=False, max_length=200_000, widget=forms.Textarea({"rows": 8})
    )
    reason = forms.CharField(
        label="Why", required=False, max_length=5_000, widget=forms.Textarea({"rows": 2}),
        help_text="It stays on the record.",
    )  # fmt: skip
    typo = forms.BooleanField(
        required=False, label="Only a typo: put it right at once",
        help_text="A few words, and no number. It is logged as a typo.",
    )  # fmt: skip
    old = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict:
        data = super().clean() or {}
        if not data.get("typo") and not data.get("reason"):
            self.add_error("reason", "Say why: it stays on the record.")
        return data


class SectionForm(forms.Form):
    """The text of one section, and the text that the writing began from."""

    text = forms.CharField(
        required=False, max_length=200_000, strip=False, widget=forms.Textarea({"rows": 10})
    )
    base = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)


class RoundForm(forms.Form):
    """Who scores unseen, and until when."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label="Who scores", widget=forms.CheckboxSelectMultiple
    )
    due_on = DayField(label="Score until", help_text="Shown to all from the day after.")

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "people", blind.offered_scorers(decision).order_by("name"))


class AgainForm(forms.Form):
    due_on = DayField(label="Score once more until")


class BallotForm(forms.Form):
    """One's own cells: `7` or `3..5..10`; empty is not scored. In round 2 each change says why."""

    def __init__(self, *args, grid, own, number: int, **kwargs) -> None:
        """grid: a Matrix; own: (option, criterion) ids to one's stored scores"""
        super().__init__(*args, **kwargs)
        self.grid, self.number = grid, number
        self.handed_in = False
        for option in grid.options:
            for criterion in grid.criteria:
                cell = (option.pk, criterion.pk)
                score = own.get(cell)
                shown = ranges.show(score.p10, score.p50, score.p90) if score else ""
                where = f"{option.name}, {criterion.name}"
                self.fields[self.name_of(cell)] = forms.CharField(
                    label=where, required=False, max_length=80, initial=shown,
                    widget=forms.TextInput(
                        {"autocomplete": "off", "placeholder": "3..5..8", "class": "input"}
                    ),
                )  # fmt: skip
                if number == 2:
                    self.fields[self.reason_of(cell)] = forms.CharField(
                        label=f"{where}: why", required=False, max_length=500,
                        initial=score.reason if score else "",
                        widget=forms.TextInput(
                            {"placeholder": "Why, if it changed", "class": "input"}
                        ),
                    )  # fmt: skip

    @staticmethod
    def name_of(cell: tuple[int, int]) -> str:
        return f"cell-{cell[0]}-{cell[1]}"

    @staticmethod
    def reason_of(cell: tuple[int, int]) -> str:
        return f"why-{cell[0]}-{cell[1]}"

    def cells_of(self) -> list[tuple[int, int]]:
        return [(o.pk, c.pk) for o in self.grid.options for c in self.grid.criteria]

    def clean(self) -> dict:
        data = super().clean() or {}
        self.typed: dict[tuple[int, int], ranges.Typed | None] = {}
        for cell in self.cells_of():
            text = data.get(self.name_of(cell), "").strip()
            try:
                self.typed[cell] = ranges.read(text) if text else None
            except ValueError as error:
                self.add_error(self.name_of(cell), str(error))
        return data

    def reasons(self) -> dict[tuple[int, int], str]:
        if self.number != 2:
            return {}
        return {cell: self.cleaned_data.get(self.reason_of(cell), "") for cell in self.cells_of()}

    def lines(self) -> list[tuple]:
        """(criterion, [(field, reason field or None)]) in the order of the page."""
        return [
            (
                criterion,
                [
                    (
                        self[self.name_of((option.pk, criterion.pk))],
                        self[self.reason_of((option.pk, criterion.pk))]
                        if self.number == 2
                        else None,
                    )
                    for option in self.grid.options
                ],
            )
            for criterion in self.grid.criteria
        ]


class AnchorForm(forms.Form):
    """What to say, and at which part: `section-context`, `option-3`, `criterion-4`, `cell-3-4`."""

    part = forms.CharField(max_length=60)
    body = forms.CharField(max_length=20_000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, decision: Decision, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.decision = decision

    def clean_part(self) -> dict:
        """The part as `comment_at` takes it."""
        kind, _, rest = self.cleaned_data["part"].partition("-")
        if kind == "section":
            return {"section": rest}
        try:
            ids = [int(text) for text in rest.split("-")]
            wanted: tuple[str, ...] = {"option": ("option",), "criterion": ("criterion",),
                      "cell": ("option", "criterion")}[kind]  # fmt: skip
            rows: dict[str, Any] = {
                "option": self.decision.options,
                "criterion": self.decision.criteria,
            }
            return {name: rows[name].get(pk=pk) for name, pk in zip(wanted, ids, strict=True)}
        except (KeyError, ValueError, ObjectDoesNotExist) as error:
            raise ValidationError("There is no such part here.") from error


class JudgeAmendmentForm(forms.Form):
    verdict = forms.ChoiceField(choices=[
        ("approve", "Approve"), ("object", "Object"), ("abstain", "Abstain"),
        ("reject", "Reject"), ("withdraw", "Withdraw"),
    ])  # fmt: skip
    reason = forms.CharField(required=False, max_length=5_000)

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("verdict") != "withdraw" and not data.get("reason"):
            self.add_error("reason", "Say why: it stays on the record.")
        return data
