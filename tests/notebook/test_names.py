"""Which names a cell can't do without: case by case, and planted mistakes that the cases must notice."""

import ast
import inspect
import sys
from types import ModuleType

import pytest

from coursekit.notebook import names

ABSENT, MODULES = {"tf", "keras", "w"}, {"tensorflow", "keras"}
MISSED = {  # a cell, and the absent names that it uses
    "tf.square(3)": ["tf"],
    "x = [1, tf.zeros(w)]": ["tf", "w"],
    "print(tf, tf, w, tf)": ["tf", "w"],
    "print(f'{w:.1f}')": ["w"],
    "x.tf = y.keras": [],
    "f(tf=1, w=2)": [],
    "'tf'": [],
    "w = 3; print(w)": [],
    "w: float = 3; w": [],
    "w: float; w": ["w"],
    "x: tf.Tensor = 3": ["tf"],
    "print(w); w = 3": ["w"],
    "w = w - 1": ["w"],
    "w += 1": ["w"],
    "w[0] = 1": ["w"],
    "w.x = 1": ["w"],
    "del w": ["w"],
    "x = (w := 3) + w": [],
    "(w := w + 1)": ["w"],
    "x, w = 1, 2; w": [],
    "for w in range(3): print(w)": [],
    "for x in w: print(x)": ["w"],
    "for w in w: pass": ["w"],
    "for x in y:\n    w = w - 1": ["w"],
    "for x in y:\n    pass\nelse:\n    w": ["w"],
    "with tf.GradientTape() as tape: pass": ["tf"],
    "with open(x) as w: w.read()": [],
    "with w as w: pass": ["w"],
    "try:\n    x\nexcept tf.errors.OpError as error:\n    print(error)": ["tf"],
    "[w for w in range(3)]": [],
    "[x * w for x in range(3)]": ["w"],
    "[w for w in range(3)]; w": ["w"],
    "[w for w in w]": ["w"],
    "{x: w for x in y}": ["w"],
    "{w: x for x, w in y}": [],
    "[x for x in y if keras]": ["keras"],
    "[w := x for x in y]; w": [],
    "f = lambda w: w + 1": [],
    "f = lambda x, y=w: x + y": ["w"],
    "f = lambda x: x + w": ["w"],
    "def f(w): return w": [],
    "def f(x, *w, **keras): return w, keras": [],
    "def f(x): return x + w": ["w"],
    "def f(x=w): return x": ["w"],
    "def f(*, x=w): return x": ["w"],
    "def f(x: tf.Tensor): return x": ["tf"],
    "def f() -> tf.Tensor: return x": ["tf"],
    "def f(x):\n    w = x\n    return w": [],
    "def f(x):\n    for w in x: print(w)": [],
    "def f(w):\n    def g(): return w\n    return g": [],
    "def f():\n    def g(): return w\n    return g": ["w"],
    "def f():\n    global w\n    w = 3\n    return w": ["w"],
    "def w(n): return n and w(n - 1)": [],
    "w = 3\ndef f(): return w": [],
    "@tf.function\ndef f(x): return x": ["tf"],
    "async def f(): return tf": ["tf"],
    "await w": ["w"],
    "class Net(keras.Model): pass": ["keras"],
    "class Net:\n    x = w": ["w"],
    "class Net:\n    w = 1\n    def f(self): return w": ["w"],
    "class w(w): pass": ["w"],
    "import numpy as w; w.pi": [],
    "import keras.layers as x": ["keras.layers"],
    "from tensorflow import zeros": ["zeros"],
    "from tensorflow.io import gfile as x": ["gfile"],
    "from .tensorflow import zeros": [],
    "from kerastuner import x": [],
    "def f():\n    import tensorflow as tf\n    return tf": ["tensorflow"],
    "if x:\n    from keras import layers": ["layers"],
}
STORED = {
    "x = y.z = 3": {"x"},
    "x, (y, *z) = 1, (2, 3)": {"x", "y", "z"},
    "x += 1": {"x"},
    "x: int = 1": {"x"},
    "x: int": set(),
    "for x in y: z = 1": {"x", "z"},
    "with f() as x: pass": {"x"},
    "print(x := 3)": {"x"},
    "[y := x for x in z]": {"y"},
    "def f(x):\n    y = x\n    return y": {"f"},
    "class A:\n    x = 1": {"A"},
    "lambda x: x": set(),
    "lambda x: (y := x)": set(),
    "import os.path, numpy as np": {"os", "np"},
    "from os import path, sep as x": {"path", "x"},
    "x[0] = 1; x.y = 2": set(),
}


def wrong(module: ModuleType) -> list[str]:
    """Return the cells of which a module says something else."""
    says = {cell: module.names_of(ast.parse(cell), ABSENT, MODULES) for cell in MISSED | STORED}
    missed = [cell for cell in MISSED if sorted(says[cell].missed) != sorted(MISSED[cell])]
    return missed + [cell for cell in STORED if says[cell].stored != STORED[cell]]


@pytest.mark.parametrize("cell", MISSED)
def test_what_a_cell_misses(cell):
    assert sorted(names.names_of(ast.parse(cell), ABSENT, MODULES).missed) == sorted(MISSED[cell])


@pytest.mark.parametrize("cell", STORED)
def test_what_a_cell_stores(cell):
    assert names.names_of(ast.parse(cell), ABSENT, MODULES).stored == STORED[cell]


def test_names_come_in_the_order_in_which_the_cell_comes_to_them():
    cell = ast.parse("x = w\ny = keras.Input(tf.zeros(w))")
    assert names.names_of(cell, ABSENT).missed == ["w", "keras", "tf"]


@pytest.mark.parametrize(
    ("cell", "left", "absent"),
    [
        ("import tensorflow as tf", "", {"tf"}),
        ("import tensorflow", "", {"tensorflow"}),
        ("import keras.layers", "", {"keras"}),
        ("from tensorflow import keras, data as d\nx = 1", "x = 1", {"keras", "d"}),
        ("from tensorflow.keras.layers import Dense", "", {"Dense"}),
        ("import numpy as np, tensorflow as tf", "import numpy as np", {"tf"}),
        ("import tensorflow_datasets as tfds", "import tensorflow_datasets as tfds", set()),
        ("from . import tensorflow", "from . import tensorflow", set()),
        ("if x:\n    import keras", "if x:\n    import keras", set()),
    ],
)
def test_imports_of_the_missing_are_taken_out_of_the_top_level(cell, left, absent):
    tree = ast.parse(cell)
    assert names.take_out_imports(tree, MODULES) == absent
    assert ast.unparse(tree) == left


PLANTED = {
    "a stored name is still missed": ("and name not in self.stored", ""),
    "a loop's body before its list": ("node.iter, node.target,", "node.target, node.iter,"),
    "a loop's else forgotten": ("*node.body, *node.orelse", "*node.body"),
    "a value after its target": (
        "self._in_order(node.value, *node.targets)",
        "self._in_order(*node.targets, node.value)",
    ),
    "a sum that reads nothing": ("self._use(node.target.id)", "pass"),
    "a walrus that stores first": ("def visit_NamedExpr", "def visit_another"),
    "an annotation that stores": ("node.target if node.value else None", "node.target"),
    "an annotation that is not read": ("node.annotation, node.value", "node.value"),
    "a deletion that stores": ("isinstance(node.ctx, ast.Store)", "not isinstance(node.ctx, ast.Load)"),
    "every name of a function is from outside": ("(outer or each.is_global())", "True"),
    "no name of a function is": ("(outer or each.is_global())", "outer"),
    "functions in functions forgotten": ("for child in table.get_children()", "for child in ()"),
    "a function that may not call itself": ("ast.FunctionDef | ast.AsyncFunctionDef):", "ast.ClassDef):"),
    "a walrus in a list that stores nothing": ("self.visit(inner.target)", "pass"),
    "a module within a module is another": ('alias.name.partition(".")[0] in', "alias.name in"),
    "a relative import leads out": ("not line.level and", ""),
    "imports within a function forgotten": ("                self._miss(inner)", "                pass"),
    "imports store nothing": ("self.stored |= _stored_by", "_stored_by"),
    "the alias is not what is stored": ("alias.asname or", ""),
    "a comprehension is like any expression": ("ast.ListComp, ast.SetComp,", ""),
    "a lambda is like any expression": ("ast.AsyncFunctionDef, ast.Lambda)", "ast.AsyncFunctionDef)"),
    "a class stores nothing": ("isinstance(node, ast.ClassDef)", "False"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_noticed(name, monkeypatch):
    before, after = PLANTED[name]
    source = inspect.getsource(names)
    assert before in source, "the mistake must change something"
    module = ModuleType("planted")
    monkeypatch.setitem(sys.modules, "planted", module)
    exec(compile(source.replace(before, after), "planted", "exec"), vars(module))  # noqa: S102 - our own source
    assert wrong(module)
    assert not wrong(names)
