"""Transfers of members in the browser: sent, received, sent back, listed."""
