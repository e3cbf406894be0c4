from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "考评"

    def ready(self):
        from accounts.actions import ACTIONS
        from assessments import checks  # noqa: F401  registers the system checks
        from assessments.services import after_write
        from sheets.forms import after_save

        ACTIONS.update(
            {
                "assessments.confirm": "确认年度",
                "assessments.export": "导出考评表",
                "cycle.standard": "更换年度标准",
                "standard.file": "导出标准文件",
                "standard.publish": "发布标准",
                "consistency.explain": "写核对说明",
                "consistency.withdraw": "撤回核对说明",
            }
        )
        after_save.append(after_write)
