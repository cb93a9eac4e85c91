"""Comparing two moments of a plan: worked out by a worker once, then read."""

from roadmaps import forecasting as engine
from roadmaps import queries
from roadmaps.forecasting.plan import encode
from roadmaps.models import ForecastRun, ScopeComparison
from tpm import jobs, revisions
from tpm.models import Job, Product

KIND = "comparison"


def compare_moments(
    since: ForecastRun, run: ForecastRun, progress: engine.Progress | None = None
) -> ScopeComparison:
    """What changed from one stored run to a later one, cause by cause; computed once."""
    known = queries.comparison_of(since, run)
    if known is not None:
        return known
    before = queries.plan_of_run(since)
    after = queries.with_finished(queries.plan_of_run(run), before)
    found = engine.scope_path(
        before, after, trials=min(run.trials, since.trials), seed=run.seed, progress=progress
    )
    totals = {
        "before": encode(found.before),
        "after": encode(found.after),
        "plan": encode(found.plan),
        "objectives": encode(found.objectives),
    }
    stored, _ = ScopeComparison.objects.get_or_create(
        run=run, since=since, defaults={"causes": encode(found.causes), "totals": totals}
    )
    return stored


def request_comparison(product: Product, *, by, since: ForecastRun, run: ForecastRun) -> Job | None:
    """Have two moments compared by a worker; None where that is done already."""
    if queries.comparison_of(since, run) is not None:
        return None
    arguments = {"since": since.pk, "run": run.pk}
    running = Job.objects.filter(product=product, kind=KIND, ended_at=None, arguments=arguments)
    if (under_way := running.first()) is not None:
        return under_way
    job = jobs.create(
        KIND,
        f"Comparison of {since.as_of:%d %b %Y} with {run.as_of:%d %b %Y}",
        product=product,
        by=by,
        total=len(engine.CAUSES),
        unit="causes",
        arguments=arguments,
    )
    revisions.enqueue("roadmaps.run_comparison_job", job.pk)
    return job


def run_comparison_job(job_id: int) -> None:
    """The work behind `request_comparison`."""
    with jobs.running(job_id) as job:
        if job is None:
            return
        rows = ForecastRun.objects.filter(product=job.job.product_id).in_bulk(
            [job.job.arguments["since"], job.job.arguments["run"]]
        )
        if len(rows) < 2:
            raise jobs.JobRefused("One of the two forecasts is gone: compare another day.")
        since, run = rows[job.job.arguments["since"]], rows[job.job.arguments["run"]]
        compare_moments(since, run, lambda done, total: job.progress(done, total))
        job.progress(len(engine.CAUSES))
