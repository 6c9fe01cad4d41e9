"""The host's pages, inside a language."""

from django.urls import path

from example_project.host import views

app_name = "host"
urlpatterns = [
    path("", views.home, name="home"),
    path("support/", views.support, name="support"),
    path("<slug:programme>/", views.programme, name="programme"),
    path("<slug:programme>/<slug:section>/", views.section, name="section"),
]
