"""Cases for what the lessons on frameworks and on a real search stand on: graphs, tables, searches, trials."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st
from trust import oracles
from trust.cases import FEW, FLAGS, FLOATS, _setting, _space, case, labels_for, network, tame
from trust.hostile import Draw, an_array, numbers, spoiled

# frameworks, graphs, tapes


@case("frameworks.frameworks", examples=1)
def _(_: Draw) -> dict[str, Any]:
    return {}


@case("frameworks.program", examples=40)
@case("frameworks.n_lines", lambda result, **_: oracles.is_true(result > 0), examples=40)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.choose_a_framework.frameworks import PROGRAMS

    return {"name": draw(st.sampled_from(PROGRAMS))}


def _framework(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.choose_a_framework.frameworks import frameworks

    return {"framework": draw(st.sampled_from(frameworks()))}


case("frameworks.step_of", examples=40)(_framework)


@case("frameworks.worth", oracles.worth, examples=60)
def _(draw: Draw) -> dict[str, Any]:
    return _framework(draw) | {"language": draw(st.sampled_from(["Python", "C++", ""]))}


@case("frameworks.ranking", oracles.ranking, examples=80)
def _weighed(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.choose_a_framework.frameworks import CRITERIA

    named = draw(st.lists(st.sampled_from(CRITERIA), unique=True))
    return {"weights": {name: numbers(draw, 0) for name in named}, "language": "Python"}


@case("frameworks.bounds", oracles.bounds, examples=60)
def _(draw: Draw) -> dict[str, Any]:
    return _framework(draw) | _weighed(draw)


def _graph(draw: Draw) -> dict[str, Any]:
    from coursekit.lab.graph import Edge, Graph, Node

    names = "abcde"[: draw(st.integers(1, 5))]
    ends = draw(st.lists(st.tuples(*[st.sampled_from(names)] * 2), max_size=6))
    if draw(st.integers(0, 3)):
        ends = [tuple(sorted(pair)) for pair in ends if pair[0] != pair[1]]  # the others may go round in a circle
    return {"graph": Graph({name: Node(name) for name in names}, [Edge(*pair) for pair in ends])}


case("graph.place", oracles.placed, names=("edges",))(_graph)
case("graph.in_words", examples=60)(_graph)


@case("tape_graph.tape_of", oracles.taped, examples=60, names=("args",),
      call=lambda function, given: [[node.value, node.d] for node in function(given["f"], given["w"])])  # fmt: skip
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    w = np.clip(an_array(draw, shape, draw(FLOATS)), -1e15, 1e15)
    return {"f": lambda w: (0.5 * w).sum(), "w": w}  # no number is too large for half of it


@case("tape_graph.recorded", examples=60, keep=("constant",))
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.choose_a_framework.tape_graph import tape_of

    tape = tape_of(lambda w: (w * w - 3 * w).sum(), tame(draw, draw(st.sampled_from([(), (2,)]))).clip(-1e15, 1e15))
    return {"tape": draw(st.sampled_from([tape, tape, tape, []])), "names": ("w",), "constant": "y",
            "back": draw(st.none() | st.integers(0, 6))}  # fmt: skip


@case("tape_graph.numbers", oracles.written, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    values = an_array(draw, tuple(draw(st.lists(st.integers(0, 3), max_size=2))), draw(FLOATS))
    return {"values": values, "places": draw(st.integers(0, 9))}


@case("rounding.descend_until_still", oracles.descended, examples=40)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.tensorflow.rounding import PRECISIONS

    rate = draw(st.sampled_from([0.5, 0.3, 0.1, 0.01, 1e-300, 5e-324, 1e-8]))
    return {"learning_rate": rate, "precision": draw(st.sampled_from(sorted(PRECISIONS)))}


@case("tracing.traced", oracles.traced)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.tensorflow.tracing import ARGUMENTS, WAYS

    calls = draw(st.lists(st.sampled_from([*ARGUMENTS, "2", "four"]), max_size=6))
    return {"calls": calls, "way": draw(st.sampled_from(WAYS))}


# batch norm's sum, and the layers without checks


@case("batchnorm.sum_of_rows", oracles.sum_of_rows, checked=False)
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=3)))
    x = tame(draw, shape, draw(FLOATS)).clip(-1e30, 1e30)
    return {"x": x, "weight": draw(st.sampled_from([1, 1 / 3, 1 / shape[-2]]))}


@case("network.forward_unchecked", checked=False, finite=False, examples=60)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.network import Network

    k = draw(st.sampled_from([(), (2,)]))
    flat = network(draw, batch_norm=None, sizes=(2, 3, 2), k=k)
    layers = [{word: np.clip(flat[f"{word}{i}"], -1e6, 1e6) for word in ("W", "b")} for i in (1, 2)]
    X = tame(draw, (draw(FEW), 2)).clip(-1e6, 1e6).astype(layers[0]["W"].dtype)
    record = Network((2, 3, 2), draw(st.sampled_from(["relu", "tanh", "sigmoid"])))
    return {"network": record, "own_parameters": layers, "x": X}


# plans, searches, trials


@case("advice.objections", examples=100, keep=("batch_norm", "normalized"))
def _(draw: Draw) -> dict[str, Any]:
    flags = {name: draw(FLAGS) for name in ("batch_norm", "normalized")}
    layout = draw(st.sampled_from(["random", "grid"]))
    return {"space": _space(), "n_trials": draw(st.integers(1, 200)), "layout": layout,
            "batch_size": draw(st.integers(1, 99)), "chosen_by": draw(st.sampled_from(["validation", "test"])),
            "n_again": draw(st.integers(0, 5)), **flags}  # fmt: skip


@case("advice.on_borders", examples=100, names=("rate", "units", "activation"))
def _(draw: Draw) -> dict[str, Any]:
    settings = [_setting(draw) for _ in range(draw(st.integers(0, 5)))]
    scores = an_array(draw, (len(settings),), draw(FLOATS))
    return {"space": _space(), "settings": settings, "scores": scores, "n_best": draw(FEW)}


@case("halving.halving", oracles.halving, keep=("up_to",))
def _(draw: Draw) -> dict[str, Any]:
    rungs = draw(st.lists(st.integers(1, 10), min_size=1, max_size=4))
    keep = draw(st.sampled_from([1e-300, 0.1, 1 / 3, 0.5, 1 - 2**-53]))
    return {"n": draw(st.integers(1, 99)), "keep": keep, "rungs": rungs, "up_to": draw(FLAGS)}


def _searched(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    trials = function(**arguments, n_jobs=1)
    return [(trial.number, trial.setting, trial.score, trial.error) for trial in trials]  # how long it took, differs


@case("search.run", oracles.searched, call=_searched, examples=100, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    settings = [_setting(draw) for _ in range(draw(FEW))]
    space = draw(st.sampled_from([_space(), settings]))
    n = draw(FEW) if space is not settings else draw(st.none() | st.integers(1, len(settings)))
    worth = draw(st.sampled_from([0.25, -1e300, 5e-324, np.nan, np.inf]))
    one = {"objective": lambda setting: setting["rate"] * worth, "stack": None}
    stacked = {"objective": lambda settings: [setting["rate"] * worth for setting in settings], "stack": 2}
    callback = draw(st.sampled_from([None, lambda *_: False]))
    return {"space": space, "n_trials": n, "seed": draw(st.integers(0, 9)), "callback": callback,
            **draw(st.sampled_from([one, stacked]))}  # fmt: skip


def _some_trials(draw: Draw) -> Any:
    from coursekit.search.trials import Trial, Trials

    found = []
    for i in range(draw(st.integers(0, 4))):
        error = draw(st.sampled_from(["", "", "ValueError: no"]))
        found.append(Trial(i, _setting(draw), np.nan if error else numbers(draw), 0.5, error))
    return Trials(found)


@case("trials.Trials", examples=60, call=lambda function, arguments: list(function(**arguments)), finite=False)
def _(draw: Draw) -> dict[str, Any]:
    return {"trials": list(_some_trials(draw)), "note": ""}


def _of_trials(name: str) -> Callable[..., Any]:
    def call(_: Any, arguments: dict[str, Any]) -> Any:
        got = getattr(arguments["trials"], name)
        return got().to_dict("records") if name == "to_frame" else got

    return call


for _name, _n in (("best", 60), ("failed", 30), ("scores", 30), ("settings", 30), ("to_frame", 10)):
    case(f"trials.Trials.{_name}", getattr(oracles, f"trials_{_name}"), call=_of_trials(_name), examples=_n,
         finite=False, keep=("trials",), names=("trials",))(lambda draw: {"trials": _some_trials(draw)})  # fmt: skip


@case("trials.Trial.failed", lambda result, trial: oracles.is_true(result == (trial.error != "")), examples=2,
      call=lambda _, arguments: arguments["trial"].failed, keep=("trial",))  # fmt: skip
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.search.trials import Trial

    return {"trial": Trial(0, {}, 0.5, 1.0, draw(st.sampled_from(["", "ValueError: no"])))}


def _sealed(name: str) -> Callable[..., Any]:
    def call(_: Any, arguments: dict[str, Any]) -> Any:
        from coursekit.lessons.tune_a_real_network.sealed import Sealed
        from coursekit.network import Network

        sealed = Sealed(arguments.pop("X"), arguments.pop("y"))
        if name == "open":
            return sealed.open(**arguments), sealed.scores
        for parameters in arguments.pop("networks", []):
            sealed.open(Network([2, 2]), parameters)
        return getattr(sealed, name)

    return call


def _test_set(draw: Draw) -> dict[str, Any]:
    m = draw(st.integers(2, 5))
    return {"X": tame(draw, (m, 2)), "y": labels_for(draw, (m,), 2)}


case("sealed.Sealed", call=_sealed("times"), examples=60)(_test_set)


@case("sealed.Sealed.open", oracles.opened, call=_sealed("open"), examples=80)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.network import Network

    return _test_set(draw) | {
        "network": Network((2, 3, 2)),
        "parameters": network(draw, batch_norm=None, sizes=(2, 3, 2), k=()),
    }


for _name in ("times", "scores"):
    case(f"sealed.Sealed.{_name}", oracles.counted, call=_sealed(_name), examples=4, checked=False)(
        lambda draw: {"X": np.eye(2), "y": np.arange(2), "networks": [{"W1": np.eye(2), "b1": np.zeros(2)}] * draw(FEW)}
    )  # fmt: skip


def _sets(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.tune_a_real_network.tuning import sets_of

    return {"sets": sets_of(draw(st.integers(0, 1)))}


case("sealed.seal", examples=10)(_sets)
case("tuning.unscaled", oracles.unscaled_pixels, examples=10)(_sets)


@case("tuning.sets_of", examples=20)
def _(draw: Draw) -> dict[str, Any]:
    return {"split": draw(st.integers(0, 1))}


@case("tuning.space", examples=60, call=lambda function, arguments: repr(function(**arguments)))
def _(draw: Draw) -> dict[str, Any]:
    linear = draw(st.lists(st.sampled_from(["learning_rate", "momentum", "units"]), max_size=2))
    return {"optimizer": draw(st.sampled_from(["Adam", "momentum"])), "linear": linear}


def _to_train(draw: Draw) -> list[dict[str, Any]]:
    rates, momenta = st.sampled_from([0.0, 0.01, 1e3]), st.sampled_from([0.0, 0.9, 0.999])
    settings: list[Any] = [{"learning_rate": draw(rates), "momentum": draw(momenta), "units": draw(FEW)}
                           for _ in range(draw(FEW))]  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        settings[0] = spoiled(draw, settings[0])
    return settings


SETTING = ("learning_rate", "momentum", "units")


@case("tuning.start", examples=60, keep=("batch_norm",), names=SETTING)
def _(draw: Draw) -> dict[str, Any]:
    settings = _to_train(draw)
    rngs = [np.random.default_rng(i) for i in range(len(settings))]
    return {"settings": settings, "rngs": _Anew(rngs), "batch_norm": draw(FLAGS)}


class _Anew(list[Any]):
    """Generators that start anew in each call, as their like do that are an argument alone."""

    def __iter__(self) -> Any:
        from copy import deepcopy

        return iter([deepcopy(rng) for rng in super().__iter__()])


@case("tuning.train", call=lambda function, arguments: list(function(**arguments)), examples=12, names=SETTING)
def _(draw: Draw) -> dict[str, Any]:
    settings = _to_train(draw)
    rngs = _Anew([np.random.default_rng(i) for i in range(len(settings))])
    return {"settings": settings, "rngs": rngs, **_sets(draw), "optimizer": draw(st.sampled_from(["Adam", "momentum"])),
            "n_epochs": 1, "order": draw(st.integers(0, 3)), "batch_size": 300}  # fmt: skip


@case("strategies.scored", examples=30, names=SETTING)
def _(draw: Draw) -> dict[str, Any]:
    settings = _to_train(draw)
    return {"settings": settings, "numbers": list(range(len(settings))), "split": 0, "optimizer": "Adam", "n_epochs": 1}


def _trained(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    return function(**arguments)([{"learning_rate": 0.01, "momentum": 0.9, "units": 4}], 0, 1)


@case("strategies.trainer", call=_trained, examples=8)
def _(draw: Draw) -> dict[str, Any]:
    return {"split": 0, "optimizer": draw(st.sampled_from(["Adam", "momentum"]))}


@case("strategies.search", examples=1, checked=False)
def _(draw: Draw) -> dict[str, Any]:
    return {
        "strategy": "grid on log scales",
        "split": 0,
        "optimizer": draw(st.sampled_from(["Adam", "momentum"])),
    }


@case("strategies.again", examples=8, names=SETTING)
def _(draw: Draw) -> dict[str, Any]:
    setting = {"learning_rate": 0.01, "momentum": 0.9, "units": draw(FEW)}
    return {"settings": [setting], "split": 0, "optimizer": "Adam", "n_times": draw(st.integers(1, 2))}


@case("strategies.most_to_halve", oracles.most_to_halve, examples=40)
def _(draw: Draw) -> dict[str, Any]:
    return {"budget": draw(st.integers(1, 2000) | st.sampled_from([10**7, Fraction(9)]))}
