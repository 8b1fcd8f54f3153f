"""From rows to what the eye sees: bubbles, event lines, rows of the list. No writes, no HTTP."""
