"""Satisfaction surveys: forms, list, workbook, trend."""
