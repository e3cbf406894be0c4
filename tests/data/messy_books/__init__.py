"""Makers of the messy workbooks, by what their tables tell."""
