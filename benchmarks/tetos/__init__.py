"""The ceilings: bare programs, each in one file, that know nothing of the house but its tables."""
