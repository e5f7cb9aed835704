"""Measurements: each is a ratio to a floor in the same run. `make bench` prints them."""
