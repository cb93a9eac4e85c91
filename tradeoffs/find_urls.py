"""Addresses of finding decisions, taken into those of the app."""

from django.urls import path

from tradeoffs.views import bulk, graph, relying, saved, similar, telling

urlpatterns = [
    path("p/<slug:key>/decisions/bulk/", bulk.decision_bulk, name="decision-bulk"),
    path("p/<slug:key>/decisions/similar/", similar.decision_similar, name="decision-similar"),
    path("p/<slug:key>/decisions/graph/", graph.decision_graph, name="decision-graph"),
    path("p/<slug:key>/decisions/views/", saved.view_list, name="view-list"),
    path("p/<slug:key>/decisions/views/<int:pk>/", saved.view_edit, name="view-edit"),
    path("p/<slug:key>/decisions/views/<int:pk>/default/", saved.view_default, name="view-default"),
    path("p/<slug:key>/decisions/views/<int:pk>/delete/", saved.view_drop, name="view-drop"),
    path("a/<slug:key>/told/", telling.decision_involved, name="decision-involved"),
    path("a/<slug:key>/told/seen/", telling.told_seen, name="told-seen"),
    path("a/<slug:key>/relate/", relying.decision_relate, name="decision-relate"),
    path(
        "a/<slug:key>/relate/<int:pk>/remove/", relying.decision_unrelate, name="decision-unrelate"
    ),
    path("a/<slug:key>/relied/", relying.decision_relied, name="decision-relied"),
]
