"""The app of pages, tables and charts."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "报表"

    def ready(self):
        from accounts.actions import ACTIONS

        ACTIONS["reports.export"] = "导出报表"
        ACTIONS["reports.fill"] = "填写本单位模板"
        ACTIONS["reports.pack"] = "导出汇总表册"
        ACTIONS["reports.seal"] = "定稿"
        ACTIONS["reports.edition_withdraw"] = "撤回定稿"
        ACTIONS["reports.edition_check"] = "查验定稿编号"
        ACTIONS["reports.edition_export"] = "导出定稿的表"
        ACTIONS["writing.export"] = "导出汇报材料"
        ACTIONS["section_draft.renew"] = "更新汇报材料草稿"
        ACTIONS["reminder.make"] = "生成提醒"
        ACTIONS["reminders.export"] = "导出提醒记录"
