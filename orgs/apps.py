from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织与党员"

    def ready(self):
        from accounts.actions import ACTIONS
        from orgs.development.keeping import after_write
        from sheets.forms import after_save

        after_save.append(after_write)
        ACTIONS.update(
            {
                "member.admit": "接收预备党员",
                "member.confirm": "预备党员转正",
                "member.extend": "延长预备期",
                "member.leave": "登记党员离开",
                "member.come_back": "恢复误登记离开的党员",
                "member.retire": "登记离退休",
                "member.lost": "登记失联",
                "member.found": "解除失联",
                "member.float": "登记流动",
                "member.settle": "解除流动",
                "member.suspend": "停止党籍",
                "member.resume": "恢复党籍",
                "member.arrive": "从系统外转入党员",
                "transfer.send": "转出组织关系",
                "transfer.receive": "接收组织关系",
                "transfer.return": "退回组织关系",
                "transfer.recall": "撤回转出的组织关系",
            }
        )
