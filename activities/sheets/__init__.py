"""The workbooks of meetings and dues."""

from activities.sheets import dues, meetings

__all__ = ["dues", "meetings"]
