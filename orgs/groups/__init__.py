"""Party groups (党小组): the groups of a branch, and who belongs to which."""
