"""Why a backup is not taken or not restored."""


class Refused(Exception):
    """Raised with words for the operator: what is wrong and what to do. Nothing was changed."""
