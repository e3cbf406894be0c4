"""The workbooks of organizational life, dues, education and what members do beyond."""

from activities.sheets import attendance, dues, education, events, life, meetings, roles

__all__ = ["attendance", "dues", "education", "events", "life", "meetings", "roles"]
