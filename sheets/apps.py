from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SheetsConfig(AppConfig):
    name = "sheets"
    verbose_name = "工作簿"

    def ready(self):
        """Load the forms each app declares in its `sheets.py`."""
        autodiscover_modules("sheets")
