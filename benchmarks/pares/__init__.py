"""The peers: what one would write, or install, instead. Measured in the same run, never a goal."""
