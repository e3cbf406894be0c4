"""Findings that are vetoes, and the list of weak organizations."""
