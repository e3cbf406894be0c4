"""定稿: figures sealed as they stood on a day, read back, checked and compared."""
