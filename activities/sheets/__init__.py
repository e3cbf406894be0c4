"""The workbooks of organizational life, dues, education and what members do beyond."""

from activities.sheets import dues, education, events, life, meetings, roles

__all__ = ["dues", "education", "events", "life", "meetings", "roles"]
