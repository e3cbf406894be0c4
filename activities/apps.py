from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "activities"
    verbose_name = "组织生活"

    def ready(self):
        from accounts.actions import ACTIONS

        ACTIONS.update({"meeting.accept_late": "认可补录", "meeting.refuse_late": "不认可补录"})
