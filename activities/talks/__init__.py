"""Heart-to-heart talks in the browser and by workbook."""
