from django.urls import path

from debt import views
from debt.views import bulk, cells, saved
from debt.views import scans as scan_views

app_name = "debt"
urlpatterns = [
    path("p/<slug:key>/debt/", views.item_list, name="item-list"),
    path("p/<slug:key>/debt/new/", views.item_create, name="item-create"),
    path("p/<slug:key>/debt/preview/", views.line_preview, name="line-preview"),
    path("p/<slug:key>/debt/answer/", views.item_answer, name="item-answer"),
    path("p/<slug:key>/debt/bulk/", bulk.item_bulk, name="item-bulk"),
    path("p/<slug:key>/debt/export.csv", views.item_export, name="item-export"),
    path("p/<slug:key>/debt/views/", saved.view_list, name="view-list"),
    path("p/<slug:key>/debt/views/<int:pk>/", saved.view_edit, name="view-edit"),
    path("p/<slug:key>/debt/views/<int:pk>/default/", saved.view_default, name="view-default"),
    path("p/<slug:key>/debt/views/<int:pk>/delete/", saved.view_drop, name="view-drop"),
    path("p/<slug:key>/debt/payoff/", views.payoff_plan, name="payoff"),
    path("p/<slug:key>/debt/map/", views.debt_map, name="map"),
    path("p/<slug:key>/debt/trend/", views.trend, name="trend"),
    path("p/<slug:key>/debt/history/", views.history, name="history"),
    path("p/<slug:key>/debt/history/read/", views.history_read, name="history-read"),
    path("p/<slug:key>/debt/history/<int:pk>/undo/", views.history_undo, name="history-undo"),
    path("p/<slug:key>/debt/worth/", views.worth_list, name="worth"),
    path("p/<slug:key>/debt/why/", views.totals_why, name="totals-why"),
    path(
        "a/<slug:key>/consequences/<int:pk>/debt/", views.consequence_debt, name="from-consequence"
    ),
    path("p/<slug:key>/debt/scans/", scan_views.scan_list, name="scan-list"),
    path("p/<slug:key>/debt/scans/<uuid:token>/", scan_views.scan_preview, name="scan-preview"),
    path(
        "p/<slug:key>/debt/scans/<uuid:token>/discard/",
        scan_views.scan_discard,
        name="scan-discard",
    ),
    path("p/<slug:key>/debt/scans/jobs/<int:pk>/", scan_views.scan_report, name="scan-report"),
    path("p/<slug:key>/debt/scans/jobs/<int:pk>/undo/", scan_views.scan_undo, name="scan-undo"),
    path("p/<slug:key>/debt/scans/<int:pk>/", scan_views.scan_detail, name="scan-detail"),
    path("p/<slug:key>/debt/scans/<int:pk>/act/", scan_views.scan_act, name="scan-act"),
    path(
        "p/<slug:key>/debt/suggestions/accept/",
        scan_views.suggestion_accept,
        name="suggestion-accept",
    ),
    path(
        "p/<slug:key>/debt/suggestions/dismiss/",
        scan_views.suggestion_dismiss,
        name="suggestion-dismiss",
    ),
    path("p/<slug:key>/debt/findings/", scan_views.finding_list, name="finding-list"),
    path("debt/model/", views.model_detail, name="model-detail"),
    path("d/<slug:key>/", views.item_detail, name="item-detail"),
    path("d/<slug:key>/cell/<slug:name>/", cells.item_cell, name="item-cell"),
    path("d/<slug:key>/edit/", views.item_edit, name="item-edit"),
    path("d/<slug:key>/interest/", views.item_interest, name="item-interest"),
    path("d/<slug:key>/confirm/", views.item_confirm, name="item-confirm"),
    path("d/<slug:key>/principal/", views.item_principal, name="item-principal"),
    path("d/<slug:key>/plan/", views.item_plan, name="item-plan"),
    path("d/<slug:key>/accept/", views.item_accept, name="item-accept"),
    path("d/<slug:key>/pay/", views.item_pay, name="item-pay"),
    path("d/<slug:key>/write-off/", views.item_write_off, name="item-write-off"),
    path("d/<slug:key>/not-debt/", views.item_not_debt, name="item-not-debt"),
    path("d/<slug:key>/reopen/", views.item_reopen, name="item-reopen"),
    path("d/<slug:key>/evidence/", views.evidence_add, name="evidence-add"),
    path("d/<slug:key>/evidence/<int:pk>/remove/", views.evidence_remove, name="evidence-remove"),
    path("d/<slug:key>/evidence/line/", views.evidence_from_line, name="evidence-line"),
    path("d/<slug:key>/needs/", views.item_needs, name="item-needs"),
    path("d/<slug:key>/needs/<int:pk>/remove/", views.need_remove, name="need-remove"),
    path("d/<slug:key>/tap/", views.item_tap, name="item-tap"),
    path("d/<slug:key>/slows/", views.item_slows, name="item-slows"),
    path("d/<slug:key>/inputs/", views.item_inputs, name="item-inputs"),
]
