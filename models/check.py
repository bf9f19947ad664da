"""Cross-checks of the catalogue: every name in every formula exists and is of its type."""

from collections.abc import Callable, Iterator

from models.catalogue_model import Catalogue
from models.expression import Type, check, compare, parse
from models.names import Names, unanswered
from models.spec.form import EntryMode, FieldType
from models.spec.indicator import Alternative, Composite
from models.spec.rule import Part, Rule
from models.yaml_source import CatalogueError


def cross_check(catalogue: Catalogue) -> None:
    """Raise at the first entry that refers to what is not there.

    Raises:
        CatalogueError: names the file, the entry and what is wrong.
    """
    for problem in problems(catalogue):
        raise CatalogueError(problem)


def problems(catalogue: Catalogue) -> Iterator[str]:
    """Yield what is wrong, entry by entry."""
    names = Names(catalogue)
    yield from _field_problems(catalogue, names)
    yield from _rule_problems(catalogue, names)
    yield from _indicator_problems(catalogue, names)
    yield from _composite_problems(catalogue)
    yield from _resource_problems(catalogue, names)
    yield from _duty_problems(catalogue, names)
    yield from _closing_problems(catalogue)


def _trouble(
    where: str, text: str, wanted: tuple[Type, ...], type_of: Callable[[str], Type]
) -> str:
    """Say what is wrong with a formula, or return an empty text."""
    try:
        found = check(parse(text), type_of)
    except CatalogueError as error:
        return f"{where}: {error}"
    return "" if found in wanted else f"{where}: {text!r} is {found}"


def _field_problems(catalogue: Catalogue, names: Names) -> Iterator[str]:
    kinds = set(catalogue.unit_kinds)
    for field in catalogue.fields.values():
        where = f"forms/{field.form}.yml: {field.name}"
        if field.type is FieldType.ENUM and field.enum not in catalogue.codes:
            yield f"{where}: no code list {field.enum}"
        if field.only and not set(field.only) <= kinds:
            yield f"{where}: no unit kind {field.only}"
        yield from filter(None, _formula_troubles(where, field.formula, names, tuple(Type)))
        wanted = (Type.BOOLEAN,)
        yield from filter(None, _formula_troubles(where, field.required_when, names, wanted))
        yield from filter(None, _formula_troubles(where, field.prefill, names, tuple(Type)))
        if field.entry is EntryMode.FORMULA and field.type is FieldType.TEXT:
            yield f"{where}: a computed cell is a number or a date"


def _formula_troubles(
    where: str, text: str | None, names: Names, wanted: tuple[Type, ...]
) -> Iterator[str]:
    if text:
        yield _trouble(where, text, wanted, names.type_of)


def _rule_problems(catalogue: Catalogue, names: Names) -> Iterator[str]:
    for rule in catalogue.rules.values():
        where = f"rules/{rule.kind}.yml: {rule.id}"
        if rule.norm and rule.norm not in catalogue.norms:
            yield f"{where}: no norm {rule.norm}"
        if rule.form and rule.form not in catalogue.forms:
            yield f"{where}: no form {rule.form}"
        type_of = names.type_in_cell(rule.each)
        for part in rule.parts:
            yield from _part_problems(where, rule, part, type_of, catalogue)
        for text in (*rule.fills.values(), *(t for p in rule.parts for t in p.fills.values())):
            yield from filter(None, [_trouble(where, text, tuple(Type), type_of)])


def _part_problems(
    where: str,
    rule: Rule,
    part: Part,
    type_of: Callable[[str], Type],
    catalogue: Catalogue,
) -> Iterator[str]:
    for target in part.targets:
        if target not in catalogue.fields:
            yield f"{where}: no target {target}"
    for text in filter(None, (part.when, statement(part))):
        trouble = _trouble(where, text, (Type.BOOLEAN,), type_of)
        if trouble:
            yield trouble
    for name in sorted(unanswered(rule, part)):
        yield f"{where}: nothing answers {name} at the time the rule is judged"
    if rule.rows and any(not target.startswith(rule.rows) for target in part.targets):
        yield f"{where}: the target of a rule about rows is a cell of the row"


def statement(part: Part) -> str:
    """The statement of a part as one formula, its tolerance included."""
    if part.test is not None:
        return part.test
    left, right = parse(part.left or ""), parse(part.right or "")
    return compare(left, part.op or "=", right, part.tolerance).text


def _indicator_problems(catalogue: Catalogue, names: Names) -> Iterator[str]:
    for indicator in catalogue.indicators.values():
        where = f"indicators/{indicator.id[:-2]}.yml: {indicator.id}"
        for text in (indicator.numerator, indicator.denominator):
            yield from filter(None, [_trouble(where, text, (Type.NUMBER,), names.type_of)])
        for board in indicator.dashboards:
            if board not in catalogue.dashboards:
                yield f"{where}: no dashboard {board}"


def _composite_problems(catalogue: Catalogue) -> Iterator[str]:
    groups = [
        *(
            (item.id, d.indicators)
            for item in catalogue.composites.values()
            for d in item.dimensions
        ),
        *((item.id, axis.indicators) for item in catalogue.profiles.values() for axis in item.axes),
    ]
    for owner, indicators in groups:
        for missing in set(indicators) - set(catalogue.indicators):
            yield f"composites.yml: {owner}: no indicator {missing}"
    for item in catalogue.composites.values():
        for each in item.alternatives:
            yield from _weighing_problems(item, each)
    for outside in catalogue.index_checks.outside if catalogue.index_checks else ():
        if outside.composite not in catalogue.composites:
            yield f"composites.yml: checks: no index {outside.composite}"


def _weighing_problems(item: Composite, each: Alternative) -> Iterator[str]:
    """Points are spread over all dimensions: one left out would weigh 1 beside tens of points."""
    known = {dimension.id for dimension in item.dimensions}
    for strange in sorted(set(each.weighs) - known):
        yield f"composites.yml: {item.id}: no dimension {strange}"
    if each.scores:
        for missing in sorted(known - set(each.weighs)):
            yield f"composites.yml: {item.id}: {each.id}: no points for {missing}"


def _resource_problems(catalogue: Catalogue, names: Names) -> Iterator[str]:
    for each in catalogue.resources.resources:
        where = f"resources.yml: {each.id}"
        if each.code not in catalogue.codes["resource_type"]:
            yield f"{where}: resource_type has no code {each.code}"
        texts = [measure.value for measure in each.measures]
        if each.matching is not None:
            matching = each.matching
            texts += [matching.spare, matching.need, matching.short or "0", matching.pooled or "0"]
        for text in texts:
            yield from filter(None, [_trouble(where, text, (Type.NUMBER,), names.type_of)])


def _duty_problems(catalogue: Catalogue, names: Names) -> Iterator[str]:
    for duty in catalogue.duties.duties:
        where = f"duties.yml: {duty.id}"
        if duty.norm is not None and duty.norm not in catalogue.norms:
            yield f"{where}: no norm {duty.norm}"
        for text in (duty.expected, duty.done, duty.soon or "0"):
            yield from filter(None, [_trouble(where, text, (Type.NUMBER,), names.type_of)])


def _closing_problems(catalogue: Catalogue) -> Iterator[str]:
    closing, where = catalogue.campaign.closing, "campaign.yml: closing"
    for form in closing.forms if closing else ():
        if form not in catalogue.forms:
            yield f"{where}: no form {form}"
    for name in closing.zero if closing else ():
        field = catalogue.fields.get(name)
        if field is None or not field.is_number or field.alias:
            yield f"{where}: no number of a fixed sheet {name}"
