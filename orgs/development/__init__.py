"""Development of members (发展党员): from the application to full membership."""
