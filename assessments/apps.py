from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "考评"

    def ready(self):
        from assessments import checks  # noqa: F401  registers the system checks
