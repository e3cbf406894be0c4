"""What would raise a rate: the cheapest way of each organization, the smallest set for a target."""
