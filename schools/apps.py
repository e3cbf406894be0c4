"""The app of managing bodies, grants and schools."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    verbose_name = "学校"

    def ready(self):
        from accounts.actions import ACTIONS

        ACTIONS.update(
            {
                "schools.choose_columns": "选择列",
                "schools.save_filter": "保存筛选",
                "schools.change_filter": "修改筛选",
                "schools.delete_filter": "删除筛选",
            }
        )
