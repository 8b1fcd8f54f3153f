"""State machines (GUARANTEES 7.5): hypothesis draws the history, a small model judges it."""
