"""Addresses of what follows from decisions, taken into those of the app."""

from django.urls import path

from tradeoffs.views import consequences, follow_up, track_record

ROW = "a/<slug:key>"

urlpatterns = [
    path("p/<slug:key>/decisions/look-again/", track_record.look_again, name="look-again"),
    path("p/<slug:key>/decisions/calibration/", track_record.calibration, name="calibration"),
    path(f"{ROW}/consequences/", consequences.decision_consequences, name="decision-consequences"),
    path(f"{ROW}/consequences/new/", consequences.consequence_create, name="consequence-create"),
    path(f"{ROW}/consequences/<int:pk>/", consequences.consequence_edit, name="consequence-edit"),
    path(
        f"{ROW}/consequences/<int:pk>/item/", consequences.consequence_item, name="consequence-item"
    ),
    path(
        f"{ROW}/consequences/<int:pk>/decision/",
        consequences.consequence_decision,
        name="consequence-decision",
    ),
    path(
        f"{ROW}/consequences/<int:pk>/accept/",
        consequences.consequence_accept,
        name="consequence-accept",
    ),
    path(f"{ROW}/follow-up/", follow_up.decision_follow_up, name="decision-follow-up"),
    path(f"{ROW}/look-back/", follow_up.look_back, name="look-back"),
    path(f"{ROW}/predictions/new/", follow_up.prediction_create, name="prediction-create"),
    path(f"{ROW}/predictions/<int:pk>/", follow_up.prediction_edit, name="prediction-edit"),
    path(
        f"{ROW}/predictions/<int:pk>/outcome/", follow_up.prediction_check, name="prediction-check"
    ),
    path(f"{ROW}/triggers/new/", follow_up.trigger_create, name="trigger-create"),
    path(f"{ROW}/triggers/<int:pk>/remove/", follow_up.trigger_remove, name="trigger-remove"),
    path(f"{ROW}/triggers/<int:pk>/false/", follow_up.trigger_false, name="trigger-false"),
    path(f"{ROW}/asked/<int:pk>/reaffirm/", follow_up.firing_reaffirm, name="firing-reaffirm"),
    path(f"{ROW}/asked/<int:pk>/revise/", follow_up.firing_revise, name="firing-revise"),
]
