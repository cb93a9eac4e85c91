"""Addresses of records as files, taken into those of the app."""

from django.urls import path

from tradeoffs.views import exporting, importing

urlpatterns = [
    path("p/<slug:key>/decisions/import/", importing.import_new, name="import-new"),
    path(
        "p/<slug:key>/decisions/import/<uuid:token>/",
        importing.import_preview,
        name="import-preview",
    ),
    path(
        "p/<slug:key>/decisions/import/<uuid:token>/discard/",
        importing.import_discard,
        name="import-discard",
    ),
    path(
        "p/<slug:key>/decisions/import/jobs/<int:pk>/",
        importing.import_report,
        name="import-report",
    ),
    path(
        "p/<slug:key>/decisions/import/jobs/<int:pk>/undo/",
        importing.import_undo,
        name="import-undo",
    ),
    path("p/<slug:key>/decisions/export/", exporting.export_page, name="export-page"),
    path("p/<slug:key>/decisions/export.zip", exporting.export_zip, name="export-zip"),
    path("a/<slug:key>/copy/", exporting.decision_copy, name="decision-copy"),
    path("settings/status-words/", importing.status_word_list, name="status-word-list"),
    path("settings/status-words/<int:pk>/", importing.status_word_edit, name="status-word-edit"),
]
