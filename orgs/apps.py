from django.apps import AppConfig

# The acts on organizations, terms and posts as the operation log names them.
ACTS = {
    "organization.found": "成立党组织",
    "organization.dissolve": "撤销党组织",
    "organization.merge": "合并党组织",
    "organization.split": "分设党组织",
    "organization.rename": "党组织更名",
    "organization.rebuild": "党组织改建",
    "organization.move": "变更隶属",
    "organization.units": "变更覆盖学校",
    "term.elect": "换届",
    "term.extend": "延期换届",
    "post.appoint": "补选、任命",
    "post.leave": "离任",
    "school.close": "学校撤并",
}


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织与党员"

    def ready(self):
        from accounts.actions import ACTIONS
        from orgs.development.keeping import after_write
        from sheets.forms import after_save

        ACTIONS.update(ACTS)
        after_save.append(after_write)
