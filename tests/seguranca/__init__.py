"""GUARANTEES section 5: headers on every door, nothing runs, nothing leaves, nothing leaks."""
