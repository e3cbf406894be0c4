"""Measurements, printed as one table; run by `make bench`."""
