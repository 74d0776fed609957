"""What every interpreter of the rules' language says of a term that is not in it."""


class NotInTheLanguage(ValueError):
    """A term with an operation, or a question with a constant, that the interpreter does not know."""
