"""The whole site in one folder, and back: rows as JSON Lines, originals as they are, a manifest with checksums.

A backup belongs to no kind of database: what was taken from SQLite goes into PostgreSQL and back. docs/decisions tells
why it is made this way.
"""
