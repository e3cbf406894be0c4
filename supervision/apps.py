"""The app of rectification, surveys, findings, steering and coverage."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "督导与保障"

    def ready(self):
        from accounts.actions import ACTIONS
        from orgs.sections import of_organization, of_school
        from supervision import sections

        ACTIONS.update(
            {
                "rectification.open": "列入整改",
                "rectification.progress": "填报整改进展",
                "rectification.ask": "申请销号",
                "rectification.close": "复核销号",
                "rectification.send_back": "复核退回",
                "rectification.reopen": "重新整改",
                "inspection_finding.rectify": "检查问题列入整改",
            }
        )
        of_organization += [
            sections.findings,
            sections.rectification,
            sections.surveys,
            sections.backing,
        ]
        of_school.append(sections.coverage)
