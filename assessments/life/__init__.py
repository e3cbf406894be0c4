"""The calendar of organizational life: organizations × slots of a year or of a month."""
