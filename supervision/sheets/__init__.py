"""The workbooks of supervision: importing this package registers their forms."""

from supervision.sheets import rectification, surveys, weak

__all__ = ["rectification", "surveys", "weak"]
