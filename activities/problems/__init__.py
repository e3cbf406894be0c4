"""Problems found at yearly meetings, and their rectification."""
