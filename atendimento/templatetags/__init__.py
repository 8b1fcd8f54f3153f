"""Template tags of the inbox; only templates use them."""
