"""What the gate says of a file that must not be opened."""


class RefusedError(Exception):
    """The file cannot or must not be read; `reason` names the text told to the sender."""

    def __init__(self, reason: str, **fills: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fills = fills
