"""The problem as it is stated, what a schedule of it must keep, and what none can beat."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Problem:
    """Activities, numbered from 0, that share renewable resources.

    raises: ValueError for a negative duration or demand, an activity that needs more than there
            is of a resource, a predecessor that does not exist, or activities that wait in a circle
    """

    durations: tuple[int, ...]
    """Units of time of each activity, >= 0."""
    demands: tuple[tuple[int, ...], ...]
    """Units of each resource held while an activity lasts, shape (activities, resources)."""
    capacities: tuple[int, ...]
    """Units of each resource that there are, shape (resources,)."""
    predecessors: tuple[tuple[int, ...], ...]
    """Activities that must have finished before each may start."""

    def __post_init__(self):
        count = len(self.durations)
        if not count == len(self.demands) == len(self.predecessors):
            raise ValueError("Durations, demands and predecessors differ in length.")
        if min(self.durations, default=0) < 0 or min(self.capacities, default=0) < 0:
            raise ValueError("Durations and capacities cannot be negative.")
        for activity, row in enumerate(self.demands):
            if len(row) != len(self.capacities) or min(row, default=0) < 0:
                raise ValueError(f"Activity {activity} needs one demand >= 0 for each resource.")
            lasts = self.durations[activity] > 0
            if lasts and any(d > c for d, c in zip(row, self.capacities, strict=True)):
                raise ValueError(f"Activity {activity} needs more of a resource than there is.")
        for activity, row in enumerate(self.predecessors):
            if any(not 0 <= other < count for other in row):
                raise ValueError(f"Activity {activity} waits for one that does not exist.")
        if len(self.topological) < count:
            raise ValueError("Activities wait for each other in a circle.")

    @cached_property
    def successors(self) -> tuple[tuple[int, ...], ...]:
        """Activities that wait for each."""
        found: list[list[int]] = [[] for _ in self.durations]
        for activity, row in enumerate(self.predecessors):
            for other in dict.fromkeys(row):
                found[other].append(activity)
        return tuple(tuple(row) for row in found)

    @cached_property
    def topological(self) -> tuple[int, ...]:
        """Activities with their predecessors first; without those that wait in a circle."""
        waiting = [len(set(row)) for row in self.predecessors]
        order = [activity for activity, count in enumerate(waiting) if not count]
        for activity in order:
            for other in self.successors[activity]:
                waiting[other] -= 1
                if not waiting[other]:
                    order.append(other)
        return tuple(order)

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """Earliest start of each activity where resources had no limit."""
        starts = [0] * len(self.durations)
        for activity in self.topological:
            for other in self.predecessors[activity]:
                starts[activity] = max(starts[activity], starts[other] + self.durations[other])
        return tuple(starts)

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """Units from the finish of each activity to the end where resources had no limit."""
        left = [0] * len(self.durations)
        for activity in reversed(self.topological):
            for other in self.successors[activity]:
                left[activity] = max(left[activity], self.durations[other] + left[other])
        return tuple(left)

    def reversed(self) -> "Problem":
        """The same problem with time running backwards and the numbering turned round."""
        last = len(self.durations) - 1
        return Problem(
            self.durations[::-1],
            self.demands[::-1],
            self.capacities,
            tuple(tuple(last - other for other in row) for row in self.successors[::-1]),
        )


def makespan(problem: Problem, starts: Sequence[int]) -> int:
    """When the last activity finishes; 0 without activities."""
    return max((s + p for s, p in zip(starts, problem.durations, strict=True)), default=0)


def faults(problem: Problem, starts: Sequence[int]) -> list[str]:
    """What is wrong with a schedule, in sentences; empty when it is feasible.

    Reads the problem only, unit by unit, and shares nothing with what makes schedules.
    """
    if len(starts) != len(problem.durations):
        return ["The schedule does not have one start for each activity."]
    found = []
    for activity, start in enumerate(starts):
        if start != int(start) or start < 0:
            found.append(f"Activity {activity} starts at {start}.")
        for other in problem.predecessors[activity]:
            if start < starts[other] + problem.durations[other]:
                found.append(f"Activity {activity} starts before {other} has finished.")
    for resource, capacity in enumerate(problem.capacities):
        held: dict[int, int] = {}
        for activity, start in enumerate(starts):
            for unit in range(int(start), int(start) + problem.durations[activity]):
                held[unit] = held.get(unit, 0) + problem.demands[activity][resource]
        found += [
            f"Resource {resource} is held {units} times of {capacity} at {unit}."
            for unit, units in sorted(held.items())
            if units > capacity
        ]
    return found


def lower_bound(problem: Problem) -> int:
    """A makespan that no schedule can beat.

    The best of: the critical path; the work on each resource with the least that must pass before
    and after it; and, for activities that cannot overlap in pairs (two of them need more of a
    resource than there is), the sum of their durations.
    """
    heads, tails, durations = problem.heads, problem.tails, problem.durations
    spans = zip(heads, durations, tails, strict=True)
    best = max((head + lasts + tail for head, lasts, tail in spans), default=0)
    for resource, capacity in enumerate(problem.capacities):
        users = [
            (heads[j], tails[j], durations[j], row[resource])
            for j, row in enumerate(problem.demands)
            if row[resource] and durations[j]
        ]
        best = max(best, _load(users, capacity), _disjoint(users, capacity))
    return best


def _load(users: list[tuple[int, int, int, int]], capacity: int) -> int:
    """Head + work / capacity + tail, over the activities with at least that head and tail."""
    best = 0
    by_tail = sorted(users, key=lambda user: -user[1])
    for head in {user[0] for user in users}:
        work = 0
        for starts, tail, lasts, demand in by_tail:
            if starts >= head:
                work += lasts * demand
                best = max(best, head - (-work // capacity) + tail)
    return best


def _disjoint(users: list[tuple[int, int, int, int]], capacity: int) -> int:
    """The same for the activities of which no two fit at once: they follow one another."""
    large = [user for user in users if 2 * user[3] > capacity]
    return _load([(head, tail, lasts, 1) for head, tail, lasts, _ in large], 1)
