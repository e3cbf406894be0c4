"""What moved: the way from the figures of one side to those of another, part by part."""
