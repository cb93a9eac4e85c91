from django.urls import path

from roadmaps import check_urls, import_urls
from roadmaps.views import (
    baselines,
    exports,
    forecasts,
    gestures,
    items,
    lists,
    objectives,
    scenarios,
    scope,
    shared,
    sharing,
    slips,
    timeline,
)

app_name = "roadmaps"
# One list, sorted by page.
urlpatterns = [
    path("p/<slug:key>/baselines/", baselines.baseline_list, name="baseline-list"),
    path("p/<slug:key>/baselines/<int:pk>/", baselines.baseline_detail, name="baseline-detail"),
    path("p/<slug:key>/baselines/new/", baselines.baseline_create, name="baseline-create"),
    path("p/<slug:key>/baselines/compare/", scope.compare, name="scope-compare"),
    path("p/<slug:key>/baselines/slips/", slips.slip_log, name="slip-log"),
    path("p/<slug:key>/baselines/slips/days/", slips.slip_days, name="slip-days"),
    path("p/<slug:key>/baselines/slips/log.csv", slips.slip_export, name="slip-export"),
    path("p/<slug:key>/baselines/slips/why/<slug:of>/", slips.slip_reason, name="slip-reason"),
    path("p/<slug:key>/forecast/", forecasts.forecast_detail, name="forecast-detail"),
    path("p/<slug:key>/forecast/calibration/", forecasts.calibration, name="calibration"),
    path("p/<slug:key>/forecast/fresh/", forecasts.forecast_freshness, name="forecast-freshness"),
    path(
        "p/<slug:key>/forecast/recompute/", forecasts.forecast_recompute, name="forecast-recompute"
    ),
    path("p/<slug:key>/forecast/runs/<int:pk>/", forecasts.forecast_run, name="forecast-run"),
    path("i/<slug:key>/", items.item_detail, name="item-detail"),
    path("i/<slug:key>/dates.csv", items.item_dates, name="item-dates"),
    path("i/<slug:key>/edit/", items.item_edit, name="item-edit"),
    path("i/<slug:key>/estimate/", items.item_estimate, name="item-estimate"),
    path("i/<slug:key>/link/", items.item_link, name="item-link"),
    path("i/<slug:key>/move/", items.item_move, name="item-move"),
    path("i/<slug:key>/rank/", items.item_rank, name="item-rank"),
    path("i/<slug:key>/unlink/<int:pk>/", items.item_unlink, name="item-unlink"),
    path("i/<slug:key>/why/", items.item_why, name="item-why"),
    path("p/<slug:key>/items/", lists.item_list, name="item-list"),
    path("p/<slug:key>/items/add/", lists.item_add, name="item-add"),
    path("p/<slug:key>/items/export.csv", exports.item_export, name="item-export"),
    path(
        "p/<slug:key>/items/export.json",
        exports.item_export,
        {"form": "json"},
        name="item-export-json",
    ),
    path(
        "p/<slug:key>/items/export.xlsx",
        exports.item_export,
        {"form": "xlsx"},
        name="item-export-xlsx",
    ),
    path("p/<slug:key>/items/keys/", lists.item_keys, name="item-keys"),
    path("p/<slug:key>/items/new/", items.item_create, name="item-create"),
    path("p/<slug:key>/objectives/", objectives.objective_list, name="objective-list"),
    path("p/<slug:key>/objectives/new/", objectives.objective_create, name="objective-create"),
    path("p/<slug:key>/objectives/<int:pk>/", objectives.objective_detail, name="objective-detail"),
    path(
        "p/<slug:key>/objectives/<int:pk>/close/",
        objectives.objective_close,
        name="objective-close",
    ),
    path(
        "p/<slug:key>/objectives/<int:pk>/edit/", objectives.objective_edit, name="objective-edit"
    ),
    path("p/<slug:key>/roadmap/", timeline.timeline, name="timeline"),
    path("p/<slug:key>/roadmap/change/", gestures.timeline_change, name="timeline-change"),
    path("p/<slug:key>/roadmap/preview/", gestures.timeline_preview, name="timeline-preview"),
    path("p/<slug:key>/scenarios/", scenarios.scenario_list, name="scenario-list"),
    path("p/<slug:key>/scenarios/<int:pk>/", scenarios.scenario_detail, name="scenario-detail"),
    path("p/<slug:key>/scenarios/<int:pk>/apply/", scenarios.scenario_apply, name="scenario-apply"),
    path(
        "p/<slug:key>/scenarios/<int:pk>/change/<slug:do>/",
        scenarios.scenario_change,
        name="scenario-change",
    ),
    path(
        "p/<slug:key>/scenarios/<int:pk>/change/<int:change_pk>/remove/",
        scenarios.scenario_unchange,
        name="scenario-unchange",
    ),
    path(
        "p/<slug:key>/scenarios/<int:pk>/delete/", scenarios.scenario_delete, name="scenario-delete"
    ),
    path("p/<slug:key>/scenarios/<int:pk>/edit/", scenarios.scenario_edit, name="scenario-edit"),
    path("p/<slug:key>/roadmap/calendar.ics", exports.calendar, name="calendar"),
    path("p/<slug:key>/roadmap/export.svg", exports.timeline_svg, name="timeline-svg"),
    path("p/<slug:key>/roadmap/print/", exports.timeline_print, name="timeline-print"),
    path("p/<slug:key>/share/", sharing.share, name="share"),
    path("p/<slug:key>/share/who/", sharing.sharing_set, name="sharing-set"),
    path("p/<slug:key>/share/<int:pk>/revoke/", sharing.share_revoke, name="share-revoke"),
    path("s/<str:token>/", shared.shared, name="shared"),
    path("s/<str:token>/calendar.ics", shared.shared_calendar, name="shared-calendar"),
    path("s/<str:token>/roadmap.svg", shared.shared_svg, name="shared-svg"),
    *check_urls.urlpatterns,
    *import_urls.urlpatterns,
]
