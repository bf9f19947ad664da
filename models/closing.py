"""期末清零: what a unit that ended within the quarter still owes, as a catalogue of its own.

Everything that lays out, reads and judges a workbook is told a catalogue. For such a unit it is
told this one, in which nothing else is due: fields and rules are the same, most are not asked.
"""

from dataclasses import replace
from functools import cache

from models.catalogue_model import CLOSING, Catalogue
from models.names import BEYOND_ONE_WORKBOOK, WITHIN_ONE_WORKBOOK, Names, part_names
from models.spec.form import EntryMode, Field
from models.spec.rule import Part
from models.spec.structure import ClosingForms


@cache
def as_owed(catalogue: Catalogue, form_set: str) -> Catalogue:
    """The catalogue that a duty of this form set is held to: all of it, or what closes a unit."""
    wanted = catalogue.campaign.closing
    if form_set != CLOSING or wanted is None:
        return catalogue
    fields = {name: _owed(field, wanted) for name, field in catalogue.fields.items()}
    forms = {
        name: form.model_copy(update={"fields": tuple(fields[f.qualified] for f in form.fields)})
        for name, form in catalogue.forms.items()
    }
    own = replace(catalogue, form_set=CLOSING, forms=forms, fields=fields)
    parts = (
        (rule.id, number)
        for rule in catalogue.rules.values()
        for number, part in enumerate(rule.parts, start=1)
        if not _is_answered(part, own)
    )
    return replace(own, unasked=frozenset(parts))


def _owed(field: Field, wanted: ClosingForms) -> Field:
    if field.qualified in wanted.zero:
        fixed = {"entry": EntryMode.DIRECTORY, "formula": None, "prefill": None}
        return field.model_copy(update=fixed)
    return field if field.form in wanted.forms else field.model_copy(update={"quarters": ()})


def _is_answered(part: Part, own: Catalogue) -> bool:
    """Whether all that a part reads is due, and nothing of it is another quarter's or unit's."""
    names = part_names(part)
    if any(map(_is_elsewhere, names)):
        return False
    known = Names(own)
    return all(known.field(name).quarters for name in names if name in own.fields)


def _is_elsewhere(name: str) -> bool:
    """Whether a name is of another quarter or unit, or is worked out from one."""
    is_fact = name.startswith("sys.")
    return name.startswith(BEYOND_ONE_WORKBOOK) or (is_fact and name not in WITHIN_ONE_WORKBOOK)
