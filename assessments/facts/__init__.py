"""What the records say about an organization in a year, collected in bulk."""

from assessments.facts.collect import collect_facts
from assessments.facts.model import Facts

__all__ = ["Facts", "collect_facts"]
