"""How fast the house is, beside the fastest that the same machine can do the same work.

`make bench` runs it; nothing imports it. Each module measures one figure of PERFORMANCE.md and
has, in `tetos`, its ceiling: a bare program that does the least that the work needs. Product and
ceiling take turns, and what counts is the median of their ratio. `pares` has what others use.
"""
