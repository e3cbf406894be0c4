"""What results were on a past day: the log of their changes, and how it is read."""
