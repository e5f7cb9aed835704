"""A database that is whole, one bot on it, copies of it, and what a restore needs."""
