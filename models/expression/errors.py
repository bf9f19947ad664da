"""What can be wrong with an expression. Our own faults, in English; no unit ever reads them."""

from models.yaml_source import CatalogueError


class ExpressionError(CatalogueError):
    """The catalogue holds an expression that the language refuses."""


class NotAnExpressionError(ExpressionError):
    """The text cannot be read, or uses something that the language does not have."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text!r} is no expression: {why}")


class UnknownNameError(ExpressionError):
    """A name stands for nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no such name: {name}")
        self.name = name


class WrongTypeError(ExpressionError):
    """Two values are put together that do not go together."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text}: {why}")


class NotInSqlError(ExpressionError):
    """SQL cannot say this expression."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


class NotInWorkbookError(Exception):
    """A workbook formula cannot say this expression. Expected: callers list what stays out."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
