"""What records of one organization share: their forms, pages and lists."""
