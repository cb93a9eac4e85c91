"""What hurts each objective most, kept with the run whose draws it was found on."""

from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.forecasting.plan import encode
from roadmaps.models import ForecastRun, ObjectiveForecast, ObjectiveHurts

KEPT = 12


def find_hurts(run: ForecastRun, progress: engine.Progress | None = None) -> None:
    """Try what stands in the way of each objective of a run; computed once.

    progress: called as progress(things tried, things to try); it may raise to stop
    """
    if run.hurts.exists():
        return
    rows = ObjectiveForecast.objects.filter(run=run, chance__isnull=False)
    critical = {row.objective_id: [pk for pk, _share in row.critical] for row in rows}
    if not critical:
        return
    plan = queries.plan_of_run(run)
    trials = min(run.trials, engine.HURTS_TRIALS)
    found = engine.what_hurts(plan, critical, trials=trials, seed=run.seed, progress=progress)
    if not ForecastRun.objects.filter(pk=run.pk).exists():
        return  # later ones took its place meanwhile
    ObjectiveHurts.objects.bulk_create(
        [
            ObjectiveHurts(run=run, objective_id=pk, rows=encode(each[:KEPT]))
            for pk, each in found.items()
        ],
        ignore_conflicts=True,
    )
