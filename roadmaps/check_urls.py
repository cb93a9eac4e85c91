"""Addresses of checks and their templates."""

from django.urls import path

from roadmaps.views import check_templates, checks

PRODUCT = "p/<slug:key>/checks/"
ITEM = "i/<slug:key>/checks/"
ONE = ITEM + "<int:number>/"
urlpatterns = [
    path(PRODUCT, checks.check_list, name="check-list"),
    path(PRODUCT + "templates/", check_templates.template_list, name="check-template-list"),
    path(PRODUCT + "templates/new/", check_templates.template_create, name="check-template-create"),
    path(
        PRODUCT + "templates/<int:pk>/", check_templates.template_edit, name="check-template-edit"
    ),
    path(
        PRODUCT + "templates/<int:pk>/retire/",
        check_templates.template_retire,
        name="check-template-retire",
    ),
    path(ITEM + "new/", checks.check_create, name="check-create"),
    path(ITEM + "apply/", checks.check_apply, name="check-apply"),
    path(ONE, checks.check_detail, name="check-detail"),
    path(ONE + "drop/", checks.check_drop, name="check-drop"),
    path(ONE + "edit/", checks.check_edit, name="check-edit"),
    path(ONE + "evidence/", checks.check_evidence, name="check-evidence"),
    path(ONE + "evidence/<int:pk>/file/", checks.evidence_file, name="check-evidence-file"),
    path(
        ONE + "evidence/<int:pk>/withdraw/",
        checks.evidence_withdraw,
        name="check-evidence-withdraw",
    ),
    path(ONE + "exception/", checks.check_except, name="check-except"),
]
