"""The app of standards, scores and the review of a year; it hears what the floors below store."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "考评"

    def ready(self):
        from accounts.actions import ACTIONS
        from assessments import checks  # noqa: F401  registers the system checks
        from assessments.services import after_write
        from assessments.workflow.locking import closed_rows, refuse_closed
        from sheets.forms import after_save, closing

        ACTIONS.update(
            {
                "assessments.confirm": "确认年度",
                "assessments.export": "导出考评表",
                "cycle.standard": "更换年度标准",
                "standard.file": "导出标准文件",
                "standard.publish": "发布标准",
                "life_calendar.export": "导出组织生活缺项",
                "consistency.explain": "写核对说明",
                "consistency.withdraw": "撤回核对说明",
                "schedule.create": "设定考评日程",
                "schedule.change": "修改考评日程",
                "filing.begin": "开始考评",
                "filing.score_self": "自评得分",
                "filing.score_first": "初审得分",
                "filing.score_second": "复核得分",
                "filing.move": "考评环节办理",
                "filing.move_many": "考评环节批量办理",
                "filing.draw": "抽查复核",
                "filing.reopen": "开放更正",
                "filing.close_again": "提前锁定",
                "filing.urge": "催办",
                "evidence.add": "上传佐证材料",
                "evidence.withdraw": "撤回佐证材料",
                "evidence.damaged": "佐证材料校验不符",
                "objection.create": "登记异议",
                "objection.answer": "答复异议",
                "lookback.create": "登记回头看",
            }
        )
        after_save.extend([refuse_closed, after_write])
        closing.append(closed_rows)
