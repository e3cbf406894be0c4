"""The app of workbooks."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SheetsConfig(AppConfig):
    name = "sheets"
    verbose_name = "工作簿"

    def ready(self):
        """Load the forms each app declares in its `sheets.py`."""
        from accounts.actions import ACTIONS

        ACTIONS.update(
            {
                "sheets.import": "导入表格",
                "sheets.discard": "放弃导入",
                "sheets.undo": "撤销导入",
                "sheets.errors": "下载错误原因表",
                "sheets.template": "下载模板",
            }
        )
        autodiscover_modules("sheets")
