"""Addresses of the import pages, taken into those of the roadmap."""

from django.urls import path

from roadmaps.views import imports as views

urlpatterns = [
    path("p/<slug:key>/import/", views.import_new, name="import-new"),
    path("p/<slug:key>/import/<uuid:token>/", views.import_preview, name="import-preview"),
    path("p/<slug:key>/import/<uuid:token>/discard/", views.import_discard, name="import-discard"),
    path("p/<slug:key>/import/jobs/<int:pk>/", views.import_report, name="import-report"),
    path("p/<slug:key>/import/jobs/<int:pk>/undo/", views.import_undo, name="import-undo"),
    path(
        "p/<slug:key>/import/jobs/<int:pk>/<slug:name>.csv", views.import_file, name="import-file"
    ),
]
