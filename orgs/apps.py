"""The app of organizations and members; the names of its acts in the operation log."""

from django.apps import AppConfig

# The acts on organizations, posts and members as the operation log names them.
ACTS = {
    "organization.found": "成立党组织",
    "organization.dissolve": "撤销党组织",
    "organization.merge": "合并党组织",
    "organization.split": "分设党组织",
    "organization.rename": "党组织更名",
    "organization.rebuild": "党组织改建",
    "organization.move": "变更隶属",
    "organization.units": "变更覆盖学校",
    "group.divide": "编党小组",
    "term.elect": "换届",
    "term.extend": "延期换届",
    "post.appoint": "补选、任命",
    "post.leave": "离任",
    "school.close": "学校撤并",
    "development_case.activist": "发展党员：确定为积极分子",
    "development_case.target": "发展党员：列为发展对象",
    "development_case.meeting": "发展党员：登记支部大会决议",
    "development_case.approve": "发展党员：登记审批",
    "development_case.extend": "发展党员：延长预备期",
    "development_case.confirm": "发展党员：登记转正",
    "development_case.end": "发展党员：终止培养",
    "development_case.resume": "发展党员：恢复培养",
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
    "orgs.look_up_id": "查找身份证号",
    "orgs.reveal_personal": "查看完整号码",
    "orgs.export_unmasked": "导出完整号码",
}


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织与党员"

    def ready(self):
        from accounts.actions import ACTIONS
        from orgs.development.keeping import after_write
        from orgs.development.sections import development
        from orgs.sections import of_organization
        from sheets.forms import after_save

        ACTIONS.update(ACTS)
        after_save.append(after_write)
        of_organization.append(development)
