"""The demo newsroom: an invented paper with its staff, stories and pictures, for looking around and for trying things.

`newsroom.toml` holds sections, authors, pictures and staff, `stories/` one file for each story.
"""
