"""Kinds of expectation that work out their configuration once.

Great Expectations asks every expectation for it eighty times, a quarter of the time of a judgement.
"""

from functools import cache
from types import new_class
from typing import Any

from pydantic.v1 import PrivateAttr


@cache
def settled(kind: Any) -> Any:
    """The same kind, with its configuration kept once it has been worked out.

    Made once: the library complains in English of a second one of the same name.
    """

    def configuration(self: Any) -> Any:
        if self._configuration is None:
            self._configuration = kind.configuration.fget(self)
        return self._configuration

    body = {"configuration": property(configuration), "_configuration": PrivateAttr(None)}
    return new_class(f"{kind.__name__}Settled", (kind,), exec_body=lambda new: new.update(body))
