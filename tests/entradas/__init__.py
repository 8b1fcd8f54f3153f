"""GUARANTEES section 4 by door: each test carries the number of its row."""
