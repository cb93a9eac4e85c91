from django.urls import path

from tpm import views

app_name = "tpm"
urlpatterns = [
    path("", views.start, name="start"),
    path("first-run/", views.first_run, name="first-run"),
    path("help/", views.help_page, name="help"),
    path("search/", views.search, name="search"),
    path("p/<slug:key>/", views.home, name="home"),
    path("p/<slug:key>/seen/", views.home_seen, name="home-seen"),
    path("p/<slug:key>/history/", views.history_list, name="history-list"),
    path("jobs/", views.job_list, name="job-list"),
    path("jobs/<int:pk>/", views.job_detail, name="job-detail"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job-cancel"),
    path("comments/<int:pk>/", views.comment_edit, name="comment-edit"),
    path("comments/<str:label>/<int:subject_id>/", views.comment_create, name="comment-create"),
]
