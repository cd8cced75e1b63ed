"""Which names a cell can't do without, and which it leaves behind: a small walk through its syntax tree."""

import ast
import symtable
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple


class Names(NamedTuple):
    """What a cell has to do with names that are absent.

    Attributes
    ----------
    missed : list of str
        The absent names that it uses, each once, in the order in which it comes to them.
    stored : set of str
        The names that the cell gives a value to, those of its functions and classes among them.
    """

    missed: list[str]
    stored: set[str]


def names_of(cell: ast.Module, absent: AbstractSet[str], modules: AbstractSet[str] = frozenset()) -> Names:
    """Say which absent names a cell uses, and which names it stores.

    A name that the cell itself has given a value to before is its own. What a function will use when it is called
    counts as used where the function is written.

    Parameters
    ----------
    cell : ast.Module
    absent : set of str
        Names that could not be had.
    modules : set of str, optional
        Modules that could not be imported; to import one of them, or from it, is to use it.

    Returns
    -------
    Names

    Examples
    --------
    >>> names_of(ast.parse("v = tf.square(w)"), {"tf"})
    Names(missed=['tf'], stored={'v'})
    >>> names_of(ast.parse("tf = 3; print(tf)"), {"tf"})
    Names(missed=[], stored={'tf'})
    """
    walk = _Walk(absent, modules)
    walk.visit(cell)
    return Names(list(dict.fromkeys(walk.missed)), walk.stored)


def take_out_imports(cell: ast.Module, modules: AbstractSet[str]) -> set[str]:
    """Take the imports of some modules out of a cell's top level, and return the names that they would have stored.

    Parameters
    ----------
    cell : ast.Module
        It is changed.
    modules : set of str
        Modules that could not be imported.

    Returns
    -------
    set of str

    Examples
    --------
    >>> cell = ast.parse("import numpy as np, tensorflow as tf; from keras import layers")
    >>> sorted(take_out_imports(cell, {"tensorflow", "keras"})), ast.unparse(cell)
    (['layers', 'tf'], 'import numpy as np')
    """
    absent: set[str] = set()
    for line in list(cell.body):
        if isinstance(line, ast.Import | ast.ImportFrom):
            there = [alias for alias in line.names if not _is_of(modules, line, alias)]
            absent |= _stored_by([alias for alias in line.names if alias not in there])
            line.names = there
            if not there:
                cell.body.remove(line)
    return absent


def _is_of(modules: AbstractSet[str], line: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
    """Whether an import leads to one of the modules, or into it; a relative one leads nowhere else than home."""
    if isinstance(line, ast.ImportFrom):
        return not line.level and str(line.module).partition(".")[0] in modules
    return alias.name.partition(".")[0] in modules


def _stored_by(aliases: Iterable[ast.alias]) -> set[str]:
    return {alias.asname or alias.name.partition(".")[0] for alias in aliases}


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class _Walk(ast.NodeVisitor):
    """Goes through a cell in the order in which it runs, where that is not the order in which it is written."""

    def __init__(self, absent: AbstractSet[str], modules: AbstractSet[str]) -> None:
        self._absent, self._modules = absent, modules
        self.missed: list[str] = []
        self.stored: set[str] = set()

    def _use(self, name: str) -> None:
        if name in self._absent and name not in self.stored:
            self.missed.append(name)

    def _in_order(self, *nodes: ast.AST | None) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, SCOPES):
            self._scope(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node)
        else:
            super().visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.stored.add(node.id)
        else:
            self._use(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._in_order(node.annotation, node.value, node.target if node.value else None)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._use(node.target.id)
        self._in_order(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        self._miss(node)
        self.stored |= _stored_by(node.names)

    def _miss(self, node: ast.Import | ast.ImportFrom) -> None:
        self.missed += [alias.name for alias in node.names if _is_of(self._modules, node, alias)]

    def _scope(self, node: ast.AST) -> None:
        """Take what has a scope of its own as a whole: Python itself says which of its names are from outside."""
        table = symtable.symtable(ast.unparse(node), "cell", "exec")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.stored.add(node.name)  # it may call itself
        for name in _from_outside(table):
            self._use(name)
        if isinstance(node, ast.ClassDef):
            self.stored.add(node.name)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import | ast.ImportFrom):
                self._miss(inner)
            if isinstance(inner, ast.NamedExpr) and not isinstance(node, FUNCTIONS):  # it stores outside of a list
                self.visit(inner.target)


def _from_outside(table: symtable.SymbolTable) -> list[str]:
    outer = table.get_type() == "module"
    names = [each.get_name() for each in table.get_symbols() if each.is_referenced() and (outer or each.is_global())]
    return names + [name for child in table.get_children() for name in _from_outside(child)]
