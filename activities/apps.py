"""The app of organizational life; the names of its acts in the operation log."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = "组织生活"

    def ready(self):
        from accounts.actions import ACTIONS
        from activities import sections
        from activities.dues.sections import dues
        from orgs.sections import of_member, of_organization

        ACTIONS.update(
            {
                "meeting.accept_late": "认可补录",
                "meeting.refuse_late": "不认可补录",
                "meeting.attend": "登记出席",
                "evaluation.fill": "填报民主评议",
                "dues_ledger.fill": "建立、补齐党费台账",
                "dues_ledger.pay": "录入党费",
                "dues_ledger.export": "导出党费台账",
                "training.members": "登记参训党员",
                "training.export_hours": "导出党员学时",
                "volunteering.members": "登记志愿服务党员",
            }
        )
        of_organization += [sections.education, sections.roles, dues]
        of_member.append(sections.attendance)
