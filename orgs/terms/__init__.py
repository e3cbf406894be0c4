"""The list of organizations by their terms of office, and the calendar of elections."""
