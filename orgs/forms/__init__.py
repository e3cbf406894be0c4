"""The forms in which organizations, terms and posts are kept, and those of their acts."""
