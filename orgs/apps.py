from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织与党员"

    def ready(self):
        from orgs.development.keeping import after_write
        from sheets.forms import after_save

        after_save.append(after_write)
