"""The figures that a forecast publishes for the other apps."""

from roadmaps import forecasting as engine
from roadmaps.models import ForecastRun, Item
from tpm.models import Figure

ITEM, OBJECTIVE = "roadmaps.item", "roadmaps.objective"
FINISHED = "its last day of work"


def figures_of(run: ForecastRun, result: engine.Result) -> list[Figure]:
    """P50 and P85 of every item and objective (unit: day), chance of every objective (share)."""
    made = {"product": run.product, "as_of": run.at, "computed_from": f"forecast run {run.pk}"}
    found = []
    subjects = [(ITEM, item) for item in result.items if item.source != "done"]
    subjects += [(OBJECTIVE, row) for row in result.objectives if row.finish]
    for label, row in subjects:
        values = [("p50", row.finish.p50), ("p85", row.finish.p85)]
        for kind, day in values:
            value = float(day.toordinal()) if day else None
            found.append(Figure(subject_type=label, subject_id=row.id, kind=kind, value=value,
                                unit="day", **made))  # fmt: skip
        if label == OBJECTIVE and row.chance is not None:
            found.append(Figure(subject_type=label, subject_id=row.id, kind="chance",
                                value=row.chance, unit="share", **made))  # fmt: skip
    return found


def settle_figures(run: ForecastRun) -> None:
    """What left the plan with this run: finished work keeps its last day, the rest has no date."""
    left = Figure.objects.filter(product=run.product, subject_type__in=(ITEM, OBJECTIVE)).exclude(
        computed_from=f"forecast run {run.pk}"
    )
    done = Item.objects.filter(product=run.product, state=Item.State.DONE)
    last_days = {
        pk: float(day.toordinal()) for pk, day in done.values_list("pk", "finished_on") if day
    }
    gone, finished = [], []
    for row in left:
        day = last_days.get(row.subject_id) if row.subject_type == ITEM else None
        if day is None:
            gone.append(row.pk)
        elif row.value != day:
            row.value, row.as_of, row.computed_from = day, run.at, FINISHED
            finished.append(row)
    Figure.objects.filter(pk__in=gone).delete()
    Figure.objects.bulk_update(finished, ["value", "as_of", "computed_from"], batch_size=500)
