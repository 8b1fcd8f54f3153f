"""Pages of the inbox, without a browser."""
