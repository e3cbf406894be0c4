"""Who was at a meeting."""
