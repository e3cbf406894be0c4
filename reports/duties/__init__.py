"""What has to be done until when: declared once, listed, reminded of, and proved."""
