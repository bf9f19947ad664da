"""A drawn value as people read and type it: a number, a day, a code with its meaning."""

from datetime import datetime
from decimal import Decimal

from models.catalogue_model import Catalogue
from models.spec.form import Field, FieldType

AS_NUMBER = "%Y%m%d"
"""How the draw keeps a day."""


def shown(catalogue: Catalogue, field: Field, value: str) -> str:
    """The text of a value that the draw or a check keeps as a number."""
    number = Decimal(value)
    if field.type is FieldType.DATE:
        day = datetime.strptime(f"{int(number)}", AS_NUMBER)  # noqa: DTZ007 a day has no zone
        return f"{day:%Y-%m-%d}"
    label = catalogue.codes.get(field.enum or "", {}).get(int(number))
    if field.type is FieldType.ENUM and label is not None:
        return f"{int(number)}={label}"
    return f"{number.normalize():f}"
