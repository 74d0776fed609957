"""What an audit says when a table cannot be read or a result not be written."""


class AuditFailure(Exception):
    """One line for people: what was wrong, where, what to do."""
