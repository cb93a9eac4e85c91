"""A genetic search over activity lists.

The functions of this module are plain Python and are compiled as they stand where numba is
installed (`kernel`): both do the same steps on whole numbers, so both give the same schedules.
"""

from .lists import by_start, crossed, generate, moved, turned

SUM = 1 << 32
"""A score is the makespan times this, plus the sum of finishes: a shorter schedule first, then
one whose activities end earlier."""

MOVES = 6
"""Most activities of a child that are moved, each by at most REACH places."""
REACH = 40


def below(limit, random):
    """The next random whole number below a limit (Lehmer's generator, in `random[0]`)."""
    random[0] = random[0] * 48271 % 2147483647
    return random[0] % limit


def improved(order, ahead, back, finishes, spare):
    """Schedule a list forwards, backwards and forwards again; `order` becomes the list of the last.

    Forward-backward improvement (double justification): each pass takes the activities by their
    finish in the one before, and none can end later than before it.

    ahead, back: tables of the problem and of the reversed one
    returns:     score
    """
    generate(order, ahead, finishes)
    turned(finishes, spare)
    generate(spare, back, finishes)
    turned(finishes, spare)
    makespan = generate(spare, ahead, finishes)
    by_start(finishes, ahead.durations, order)
    total = 0
    for finish in finishes:
        total += finish
    return makespan * SUM + total


def worst_of(scores):
    """Index of the highest score."""
    worst = 0
    for k in range(len(scores)):
        if scores[k] > scores[worst]:
            worst = k
    return worst


def chosen(scores, random):
    """Index of the better of two by chance."""
    one, other = below(len(scores), random), below(len(scores), random)
    return one if scores[one] < scores[other] else other


def bred(lists, scores, child, ahead, random):
    """Fill `child` from two good lists, with up to MOVES activities moved by chance."""
    count = len(child)
    father, mother = chosen(scores, random), chosen(scores, random)
    first, second = below(count, random), below(count, random)
    if first > second:
        first, second = second, first
    crossed(lists[father], lists[mother], first, second, child)
    for _ in range(below(MOVES + 1, random)):
        moved(child, ahead, below(count, random), below(count, random), REACH)


def evolve(children, lists, scores, child, finishes, spare, ahead, back, random, goal):
    """Breed and improve so many children; each new one takes the place of the worst list.

    A child with a score that is there already is dropped, which keeps the lists different.

    goal:    makespan at which to stop
    returns: how many were bred
    """
    for done in range(children):
        bred(lists, scores, child, ahead, random)
        score = improved(child, ahead, back, finishes, spare)
        known = False
        for other in scores:
            if other == score:
                known = True
        if known:
            continue
        worst = worst_of(scores)
        if score < scores[worst]:
            scores[worst] = score
            lists[worst][:] = child
            if score // SUM <= goal:
                return done + 1
    return children
