"""How Party work is led and looked after: groups, plans, monthly meetings, inspections."""
