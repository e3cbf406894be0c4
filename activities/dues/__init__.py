"""Party dues (党费): what is due, what was paid, and who is behind."""
