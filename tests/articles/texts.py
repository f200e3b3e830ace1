"""Texts that several tests read."""

# A manuscript with every part that one can have.
MANUSCRIPT = """The Caravel

View Original

The jetty that never was

For sixty years a family hid one landing place in its tables.

The first to copy it was an app, in the spring of last year, and nobody noticed until a boat went looking.

A quiet line

It stood on page 41, between two real ones — and it had a tide of its own.

Ida Reyl at her desk, March 3, 2024 - Oskar Lindqvist/The Ledger

“We wanted to know who reads,” she says.
"""
