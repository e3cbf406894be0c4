"""Money and people for Party work, and how schools are covered."""
