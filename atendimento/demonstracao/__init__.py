"""The invented city of the demonstration: people, structure and conversations kept as data.

`dados/` holds what is written (texts, names, two sounds); the modules turn it into rows. Only the
command `semear` may import this package; the product never does.
"""
