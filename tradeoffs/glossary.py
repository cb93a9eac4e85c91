"""Words of the method that nobody has to know, each said in a sentence or two."""

WORDS = {
    "ROC": (
        "Rank order centroids: weights that follow from an order alone, the average of all "
        "weights that keep it. Of three criteria the first gets 61 %, the second 28 %, the "
        "third 11 %."
    ),
    "Consistency ratio": (
        "How far judgements in pairs contradict each other, beside judgements made at random:"
        " 0 is none, 1 as much as chance. Over 0.10 the pair that fits worst is worth a "
        "second look."
    ),
    "RI table": (
        "The random index: how inconsistent random judgements are, by which the consistency "
        "ratio is divided. Editions differ a little."
    ),
    "SMAA": (
        "Stochastic multicriteria acceptability analysis: the answer is computed for "
        "thousands of weights and scores that are as plausible as ours, to see how often it "
        "stays the same."
    ),
    "Rank acceptability": (
        "The share of those draws in which an option has a rank. First in 80 % means: of five"
        " plausible ways to weigh and score, four put it first."
    ),
    "±": (
        "The Monte Carlo error: 95 of 100 such runs give a share within so many percentage points."
    ),
    "Dirichlet, κ": (
        "How firmly the weights are meant: κ 5 lets the draws stray far, 20 is usual, 80 "
        "keeps them close to ours. Draws come from a Dirichlet distribution around the "
        "weights."
    ),
    "Kendall’s W": (
        "How far several people agree on the order of the options: 1 is one order for all, 0 "
        "no agreement. Under 0.50 a decision is contested."
    ),
    "TOPSIS": (
        "Another way to choose: what lies nearest to the best and farthest from the worst on "
        "every criterion comes first. It is a second opinion, and changes no total."
    ),
    "P10, P50, P90": (
        "A range: 1 in 10 it is lower than P10, as likely as not it is lower than P50, 1 in "
        "10 it is higher than P90."
    ),
    "Distance to a tie": (
        "How little all weights together would have to move until another option draws level."
    ),
}
ROBUSTNESS = (
    "SMAA", "Rank acceptability", "±", "Dirichlet, κ", "Distance to a tie", "Kendall’s W", "TOPSIS",
    "P10, P50, P90",
)  # fmt: skip
SCORING = ("Kendall’s W", "P10, P50, P90")
WEIGHING = {"rank": ("ROC",), "ahp": ("Consistency ratio", "RI table")}


def of(*names: str) -> list[tuple[str, str]]:
    """Words with their meaning, in the order that is asked for."""
    return [(name, WORDS[name]) for name in names]


def of_robustness(method: str) -> list[tuple[str, str]]:
    """The words of the tab Robustness; those of pairs only where weights came from them."""
    return of(*ROBUSTNESS, *WEIGHING.get(method, ()))
