"""The pages of leading groups, plans, work meetings and inspections, by subject."""
