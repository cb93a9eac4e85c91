from django.urls import path

from roadmaps import import_urls
from roadmaps.views import (
    baselines,
    board,
    bulk,
    cells,
    forecasts,
    items,
    lists,
    objectives,
    paste,
    saved,
    timeline,
)

app_name = "roadmaps"
# One list, sorted by page.
urlpatterns = [
    path("p/<slug:key>/baselines/", baselines.baseline_list, name="baseline-list"),
    path("p/<slug:key>/baselines/<int:pk>/", baselines.baseline_detail, name="baseline-detail"),
    path("p/<slug:key>/board/", board.board, name="board"),
    path("p/<slug:key>/board/move/", board.board_move, name="board-move"),
    path("p/<slug:key>/forecast/", forecasts.forecast_detail, name="forecast-detail"),
    path("p/<slug:key>/forecast/calibration/", forecasts.calibration, name="calibration"),
    path("p/<slug:key>/forecast/fresh/", forecasts.forecast_freshness, name="forecast-freshness"),
    path(
        "p/<slug:key>/forecast/recompute/", forecasts.forecast_recompute, name="forecast-recompute"
    ),
    path("p/<slug:key>/forecast/runs/<int:pk>/", forecasts.forecast_run, name="forecast-run"),
    path("i/<slug:key>/", items.item_detail, name="item-detail"),
    path("i/<slug:key>/cell/<slug:name>/", cells.item_cell, name="item-cell"),
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
    path("p/<slug:key>/items/bulk/", bulk.item_bulk, name="item-bulk"),
    path("p/<slug:key>/items/export.csv", lists.item_export, name="item-export"),
    path("p/<slug:key>/items/keys/", lists.item_keys, name="item-keys"),
    path("p/<slug:key>/items/new/", items.item_create, name="item-create"),
    path("p/<slug:key>/items/paste/", paste.item_paste, name="item-paste"),
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
    path("p/<slug:key>/views/", saved.view_list, name="view-list"),
    path("p/<slug:key>/views/<int:pk>/", saved.view_edit, name="view-edit"),
    path("p/<slug:key>/views/<int:pk>/default/", saved.view_default, name="view-default"),
    path("p/<slug:key>/views/<int:pk>/delete/", saved.view_drop, name="view-drop"),
    *import_urls.urlpatterns,
]
