"""The page cache: reader pages are kept as they were sent, for as long as the stamps they were made of stand.

Nothing is ever purged. A kept page knows the numbers of its stamps (`articles.models.stamp`); whether they still stand
is asked of the database all the time. docs/decisions tells why.
"""
