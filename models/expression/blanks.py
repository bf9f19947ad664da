"""Which blanks a formula would not show: a CASE whose condition is NULL takes its ELSE.

Anywhere else NULL makes the whole side NULL. A name that COALESCE gives a value, or that the
formula asks about by IS NULL, is dealt with by the formula itself.
"""

from sqlglot import exp

from models.expression.tree import AGGREGATES, Expression, Node, key, named_nodes


def hidden_blanks(expression: Expression) -> frozenset[str]:
    """Return the names that must be filled though the formula gives a number without them."""
    asked = {name for test in expression.tree.find_all(exp.Is) for _, name in named_nodes(test)}
    decided = {
        name
        for branch in expression.tree.find_all(exp.If)
        for node, name in named_nodes(branch.this)
        if not _is_dealt_with(node, branch.this)
    }
    return frozenset(decided - asked)


def _is_dealt_with(node: Node, condition: Node) -> bool:
    """Whether COALESCE or the rows of a list stand between a name and the condition it is in."""
    while node is not condition and node.parent is not None:
        node = node.parent
        if isinstance(node, exp.Coalesce | exp.Filter) or key(node) in AGGREGATES:
            return True
    return False
