"""Commands of the receptive app."""
