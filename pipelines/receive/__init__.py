"""接收: the gate, the archive and the receipt; the same for every door."""

from pipelines.receive.inbox import Left, look, receive_inbox
from pipelines.receive.receipt import Receipt, receive_file

__all__ = ["Left", "Receipt", "look", "receive_file", "receive_inbox"]
