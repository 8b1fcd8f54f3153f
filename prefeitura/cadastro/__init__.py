"""Who is who: the municipality, its secretarias and teams, its servants, and the citizens.

The bottom layer: everyone may import it, and it imports nothing else of the project.
"""
