"""The host's app as Django installs it."""

from django.apps import AppConfig


class HostConfig(AppConfig):
    """The example mental health site."""

    name = "example_project.host"
    label = "host"
    verbose_name = "Example mental health site"
