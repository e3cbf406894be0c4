"""The workbooks of supervision: importing this package registers their forms."""

from supervision.sheets import backing, findings, notes, rectification, steering, surveys, weak

__all__ = ["backing", "findings", "notes", "rectification", "steering", "surveys", "weak"]
