"""The workbooks of supervision: importing this package registers their forms."""

from supervision.sheets import backing, rectification, surveys, weak

__all__ = ["backing", "rectification", "surveys", "weak"]
