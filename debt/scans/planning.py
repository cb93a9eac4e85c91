"""What a report does to the findings that are known: seven lists, each row with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from debt.scans.matching import Known, Match, Matcher
from debt.scans.results import Refused, Result, Run

REOPEN_DAYS = 30
MOST_CLOSED = 20
MOST_CLOSED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Scope:
    """What an upload says of itself, and what is known of where it comes from.

    complete:   the report holds every finding of the scope
    is_default: it is of the branch that counts
    flaky:      the tool forgets findings now and then: they close when missed twice
    again:      the same file as the scan before: it misses nothing a second time
    renames:    old path -> new path
    """

    complete: bool = False
    is_default: bool = True
    flaky: bool = False
    again: bool = False
    renames: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a list. known or result is missing where there is none."""

    reason: str
    known: Known | None = None
    result: Result | None = None


@dataclass(slots=True)
class Plan:
    """The lists of a scan.

    missed:   open findings that the report does not have and that stay open
    stays:    why they do, in a sentence; empty where none is missed
    """

    new: list[Step] = field(default_factory=list)
    reopened: list[Step] = field(default_factory=list)
    kept: list[Step] = field(default_factory=list)
    moved: list[Step] = field(default_factory=list)
    closed: list[Step] = field(default_factory=list)
    held: list[Step] = field(default_factory=list)
    rejected: list[Refused] = field(default_factory=list)
    missed: list[Known] = field(default_factory=list)
    stays: str = ""

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in LISTS}


LISTS = ("new", "reopened", "kept", "moved", "closed", "held", "rejected")


def plan(known: Iterable[Known], run: Run, scope: Scope) -> Plan:
    """Compare a run with what is known of its scope. The order of results changes nothing."""
    recent = [one for one in known if one.closed_days is None or one.closed_days <= REOPEN_DAYS]
    matcher = Matcher(recent, run.results)
    closes = may_close(run, scope) == ""
    made = Plan(rejected=sorted(run.refused, key=lambda row: (row.reason, row.path, row.number)))
    for match in matcher.run(scope.renames, complete=closes):
        place(made, match)
    made.new = [Step("not seen before", result=result) for result in matcher.results.values()]
    missing = [one for one in matcher.known.values() if one.is_open]
    close(made, missing, sum(one.is_open for one in recent), run, scope)
    for steps in (made.new, made.reopened, made.kept, made.moved, made.closed, made.held):
        steps.sort(key=in_order)
    return made


def in_order(step: Step) -> tuple:
    one = step.result or step.known
    assert one is not None
    return (one.path, one.place, one.line or 0, one.column, one.rule, one.message,
            step.known.id if step.known else 0)  # fmt: skip


def place(made: Plan, match: Match) -> None:
    """Put a match into its list."""
    known, result = match.known, match.result
    if not known.is_open:
        days = known.closed_days or 0
        since = "on the day" if not days else "1 day after" if days == 1 else f"{days} days after"
        step = Step(f"found again by {match.by}, {since} it was closed", known, result)
        made.reopened.append(step)
    elif known.path != result.path:
        reason = f"from {known.path or 'no file'}, found by {match.by}"
        made.moved.append(Step(reason, known, result))
    elif known.line != result.line:
        reason = f"from line {known.line or 'none'}, found by {match.by}"
        made.moved.append(Step(reason, known, result))
    else:
        made.kept.append(Step(f"found by {match.by}", known, result))


def may_close(run: Run, scope: Scope) -> str:
    """Why a run closes nothing; empty where it may."""
    if not run.has_results:
        return "The report has no list of results: it closes nothing."
    if not scope.complete:
        return "The upload does not say that it is complete: it closes nothing."
    if not scope.is_default:
        return "It is not of the default branch: it closes nothing."
    return ""


def close(made: Plan, missing: list[Known], were_open: int, run: Run, scope: Scope) -> None:
    """Close what a complete report does not have, unless that is suspiciously much."""
    made.stays = may_close(run, scope)
    if made.stays:
        made.missed = missing
        made.stays = made.stays if missing else ""
        return
    gone = []
    for known in missing:
        if scope.flaky and known.missing + (not scope.again) < 2:
            reason = "missing once; findings of this tool close when they are missing twice"
            made.held.append(Step(reason, known))
        else:
            gone.append(known)
    if len(gone) > MOST_CLOSED and len(gone) > MOST_CLOSED_SHARE * were_open:
        reason = f"{len(gone)} of {were_open} would close at once: a person looks first"
        made.held += [Step(reason, known) for known in gone]
    else:
        made.closed = [Step("no longer in a complete report", known) for known in gone]
