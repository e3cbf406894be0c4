"""The workbooks of meetings, dues, trainings and volunteering."""

from activities.sheets import dues, events, meetings

__all__ = ["dues", "events", "meetings"]
