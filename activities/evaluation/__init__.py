"""The yearly evaluation of members, one page for an organization."""
