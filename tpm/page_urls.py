from django.urls import path

from tpm import team_views as teams
from tpm import views
from tpm import workspace_views as workspace
from tpm.sample import views as sample

app_name = "tpm"
urlpatterns = [
    path("", views.start, name="start"),
    path("first-run/", views.first_run, name="first-run"),
    path("help/", views.help_page, name="help"),
    path("search/", views.search, name="search"),
    path("p/<slug:key>/", views.home, name="home"),
    path("p/<slug:key>/settings/", workspace.product_settings, name="product-settings"),
    path("p/<slug:key>/settings/role/", workspace.role_set, name="role-set"),
    path("p/<slug:key>/settings/remove/", workspace.product_purge, name="product-purge"),
    path("p/<slug:key>/sample/remove/", sample.sample_remove, name="sample-remove"),
    path("p/<slug:key>/seen/", views.home_seen, name="home-seen"),
    path("p/<slug:key>/history/", views.history_list, name="history-list"),
    path("jobs/", views.job_list, name="job-list"),
    path("jobs/<int:pk>/", views.job_detail, name="job-detail"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job-cancel"),
    path("comments/<int:pk>/", views.comment_edit, name="comment-edit"),
    path("comments/<str:label>/<int:subject_id>/", views.comment_create, name="comment-create"),
    path("settings/", workspace.settings_index, name="settings"),
    path("settings/products/", workspace.product_list, name="product-list"),
    path("settings/products/new/", workspace.product_create, name="product-create"),
    path("settings/teams/", teams.team_list, name="team-list"),
    path("settings/teams/new/", teams.team_create, name="team-create"),
    path("settings/teams/<slug:slug>/", teams.team_detail, name="team-detail"),
    path("settings/teams/<slug:slug>/share/", teams.team_share, name="team-share"),
    path("settings/teams/<slug:slug>/people/", teams.member_add, name="member-add"),
    path("settings/teams/<slug:slug>/calendar/", teams.calendar_add, name="calendar-add"),
    path("settings/shares/<int:pk>/end/", teams.team_share_end, name="team-share-end"),
    path("settings/members/<int:pk>/end/", teams.member_end, name="member-end"),
    path("settings/calendar/<int:pk>/remove/", teams.calendar_remove, name="calendar-remove"),
    path("settings/people/", teams.person_list, name="person-list"),
    path("settings/people/new/", teams.person_create, name="person-create"),
    path("settings/people/<int:pk>/", teams.person_detail, name="person-detail"),
    path("settings/people/<int:pk>/account/", teams.person_account, name="person-account"),
    path("settings/people/<int:pk>/account/close/", teams.account_close, name="account-close"),
    path("settings/people/<int:pk>/absence/", teams.absence_add, name="absence-add"),
    path("settings/absences/<int:pk>/remove/", teams.absence_remove, name="absence-remove"),
    path("settings/components/", workspace.component_list, name="component-list"),
    path("settings/components/new/", workspace.component_create, name="component-create"),
    path("settings/components/<slug:key>/", workspace.component_detail, name="component-detail"),
    path("settings/tokens/", workspace.token_list, name="token-list"),
    path("settings/tokens/<int:pk>/revoke/", workspace.token_revoke, name="token-revoke"),
    path("settings/preferences/", workspace.preferences, name="preferences"),
    path("settings/theme/", workspace.theme_set, name="theme-set"),
    path("settings/history/", workspace.history_all, name="history-all"),
]
