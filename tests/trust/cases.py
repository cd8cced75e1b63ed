"""A strategy for each public function of the math, and an oracle that says what a right answer is."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from trust import oracles
from trust.hostile import Draw, an_array, numbers

from coursekit.optimizers import AdamState


class Case(NamedTuple):
    """How to draw arguments that fit each other, and what is to hold of the result.

    Attributes
    ----------
    draw
        From hypothesis' draw to the arguments by name.
    right
        From the result and the arguments; asserts. None: finite, the same each time, inputs unchanged.
    call
        From the public thing and the arguments to the result.
    examples
        How many calls.
    keep
        Arguments that are never spoiled, such as options that are only true or not.
    names
        What a refusal may name beside the parameters, as the documentation does.
    finite
        False where the documentation says which result is nan or infinite.
    checked
        False where the documentation leaves the checks to the caller: it then only gets arrays of floats that fit.
    """

    draw: Callable[[Draw], dict[str, Any]]
    right: Callable[..., None] | None = None
    call: Callable[..., Any] = lambda function, arguments: function(**arguments)
    examples: int = 150
    keep: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    finite: bool = True
    checked: bool = True


CASES: dict[str, Case] = {}


def case(name: str, right: Callable[..., None] | None = None, **options: Any) -> Callable[..., Any]:
    def keep(draw: Callable[[Draw], dict[str, Any]]) -> Callable[[Draw], dict[str, Any]]:
        CASES[name] = Case(draw, right, **options)
        return draw

    return keep


FLOATS = st.sampled_from([np.float64, np.float64, np.float32])
FEW = st.integers(1, 4)
FLAGS = st.booleans()


def rng_of(draw: Draw) -> np.random.Generator:
    return np.random.default_rng(draw(st.integers(0, 9)))


def shape_of(draw: Draw, least: int = 1, *, stacked: bool = True) -> tuple[int, ...]:
    """Draw (m, n) or (k, m, n)."""
    m_n = draw(st.integers(least, 5)), draw(st.integers(1, 4))
    return (draw(FEW), *m_n) if stacked and draw(FLAGS) else m_n


def row_for(draw: Draw, shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """Draw one number per feature, shared by the models or not."""
    return an_array(draw, draw(st.sampled_from([shape[-1:], shape[:-2] + shape[-1:]])), dtype)


def labels_for(draw: Draw, shape: tuple[int, ...], n_classes: int) -> np.ndarray:
    return np.random.default_rng(draw(st.integers(0, 9))).integers(0, n_classes, shape)


def share(draw: Draw) -> float:
    """Draw a number in [0, 1)."""
    return draw(st.sampled_from([0.0, 1e-300, 1e-9, 0.5, 0.9, 0.999, 1 - 2**-53]) | st.floats(0, 0.999))


# averages


@case("averages.ewa", oracles.ewa, keep=("bias_correction",))
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(0, 4), min_size=1, max_size=3)))
    return {"values": an_array(draw, shape, draw(FLOATS)), "decay": share(draw), "bias_correction": draw(FLAGS)}


@case("averages.window", oracles.window)
def _(draw: Draw) -> dict[str, Any]:
    return {"decay": share(draw)}


@case("averages.weights", oracles.weights)
def _(draw: Draw) -> dict[str, Any]:
    return {"decay": share(draw), "n": draw(st.integers(1, 2000))}


# softmax


def _logits(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    return {"z": an_array(draw, shape, draw(FLOATS)), "axis": draw(st.integers(-len(shape), len(shape) - 1))}


case("softmax.softmax", oracles.softmax, examples=300)(_logits)
case("softmax.log_softmax", oracles.log_softmax, examples=300)(_logits)
case("softmax.hardmax", oracles.hardmax)(_logits)


def _scored(draw: Draw) -> dict[str, Any]:
    shape, dtype = shape_of(draw), draw(FLOATS)
    whose = draw(st.sampled_from([shape[-2:-1], shape[:-1]]))
    y = labels_for(draw, whose, shape[-1])
    if draw(FLAGS):
        y = np.random.default_rng(draw(st.integers(0, 9))).dirichlet(np.ones(shape[-1]), whose)
    reduction = draw(st.sampled_from(["mean", "sum", "none"]))
    return {"z": an_array(draw, shape, dtype), "y": y, "reduction": reduction}


case("softmax.softmax_loss", oracles.softmax_loss, examples=400)(_scored)


@case("softmax.softmax_loss_unchecked", oracles.softmax_loss, checked=False, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    scored = _scored(draw)
    return scored | {"y": scored["y"].astype(scored["z"].dtype) if scored["y"].dtype.kind == "f" else scored["y"]}


# batch norm


def _batch(draw: Draw) -> dict[str, Any]:
    shape, dtype = shape_of(draw, 2), draw(FLOATS)
    eps = draw(st.sampled_from([1e-5, 1e-5, 1e-3, 1e-300, 1.0, 1e300]))
    z, gamma, beta = an_array(draw, shape, dtype), row_for(draw, shape, dtype), row_for(draw, shape, dtype)
    return {"z": z, "gamma": gamma, "beta": beta, "eps": eps}


case("batchnorm.batchnorm_forward", oracles.batchnorm_forward, examples=400)(_batch)
case("batchnorm_pieces.forward_pieces", oracles.forward_pieces, examples=300)(_batch)


@case("batchnorm.batchnorm_forward_unchecked", checked=False, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    batch = _batch(draw)
    return batch | {"eps": max(batch["eps"], 1e-5)}


def _gradient_and_cache(draw: Draw) -> dict[str, Any]:
    from coursekit.batchnorm import batchnorm_forward_unchecked

    shape, dtype = shape_of(draw, 2), draw(FLOATS)
    z = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(shape).astype(dtype)
    z = z * dtype(10.0 ** draw(st.sampled_from([0, 0, 3, -3, 10, -10]))) + dtype(draw(st.sampled_from([0, 100])))
    ones = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(shape[-1:]).astype(dtype)
    return {"d_out": an_array(draw, shape, dtype), "cache": batchnorm_forward_unchecked(z, ones, ones)[1]}


case("batchnorm.batchnorm_backward", oracles.batchnorm_backward, examples=300)(_gradient_and_cache)
case("batchnorm.batchnorm_backward_unchecked", checked=False, finite=False)(_gradient_and_cache)


@case("batchnorm_pieces.backward_pieces", oracles.backward_pieces, keep=("mean_path", "var_path"))
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.batch_norm_step_by_step.batchnorm_pieces import forward_pieces

    d_out, cache = _gradient_and_cache(draw).values()
    pieces = forward_pieces(cache.centered + cache.mean[..., None, :], cache.gamma, cache.beta)
    return {"d_out": d_out, "pieces": pieces, "mean_path": draw(FLAGS), "var_path": draw(FLAGS)}


@case("batchnorm.batchnorm_inference", oracles.batchnorm_inference, examples=300)
def _(draw: Draw) -> dict[str, Any]:
    batch = _batch(draw)
    mean, var = (row_for(draw, batch["z"].shape, batch["z"].dtype.type) for _ in range(2))
    return batch | {"mean": mean, "var": np.abs(var)}


def _running(_: Any, arguments: dict[str, Any]) -> Any:
    from coursekit.batchnorm import RunningStats

    updates = arguments.pop("updates", ())
    stats = RunningStats(**arguments)
    for update in updates:
        stats.update(*update)
    return stats.mean, stats.var


def _running_arguments(draw: Draw) -> dict[str, Any]:
    decay = draw(st.none() | st.sampled_from([0.0, 0.5, 0.9, 0.99, 1 - 2**-53]))
    return {"n": draw(FEW), "n_models": draw(st.none() | FEW), "decay": decay, "bias_correction": False}


case("batchnorm.RunningStats", oracles.fresh_stats, call=_running, keep=("bias_correction",))(_running_arguments)


def _update(_: Any, arguments: dict[str, Any]) -> Any:
    from coursekit.batchnorm import RunningStats

    stats = RunningStats(**arguments.pop("stats"))
    stats.update(**arguments)
    return stats.mean, stats.var


@case("batchnorm.RunningStats.update", oracles.updated_stats, call=_update, keep=("stats",))
def _(draw: Draw) -> dict[str, Any]:
    stats = _running_arguments(draw) | {"bias_correction": draw(FLAGS)}
    shape = () if stats["n_models"] is None else (stats["n_models"],)
    dtype = draw(FLOATS)
    mean, var = (an_array(draw, (*shape, stats["n"]), dtype) for _ in range(2))
    return {"stats": stats, "mean": mean, "var": np.abs(var), "m": draw(st.none() | st.integers(2, 99))}


def _property(name: str) -> Callable[..., Any]:
    def read(_: Any, arguments: dict[str, Any]) -> Any:
        from coursekit.batchnorm import RunningStats

        update = arguments.pop("update")
        stats = RunningStats(**arguments)
        if update is not None:
            stats.update(*update)
        return getattr(stats, name)

    return read


def _stats_and_update(draw: Draw) -> dict[str, Any]:
    stats = _running_arguments(draw) | {"bias_correction": draw(FLAGS), "n_models": None}
    row = np.abs(an_array(draw, (stats["n"],)))
    return stats | {"update": draw(st.sampled_from([None, (row, row)]))}


for _name in ("mean", "var"):
    case(f"batchnorm.RunningStats.{_name}", call=_property(_name), keep=("bias_correction", "update"), examples=60,
         names=("mean", "var"))(_stats_and_update)  # fmt: skip


# normalize


def _normalized(kind: str, method: str) -> Callable[..., Any]:
    def call(_: Any, arguments: dict[str, Any]) -> Any:
        from coursekit import normalize

        return getattr(getattr(normalize, kind)(**arguments.pop("self")), method)(**arguments)

    return call


def _examples(draw: Draw) -> dict[str, Any]:
    return {"X": an_array(draw, shape_of(draw), draw(FLOATS))}


case("normalize.Standardizer.fit", oracles.standardizer_fit, examples=300)(_examples)
case("normalize.MinMax.fit", oracles.minmax_fit)(_examples)


def _scaler_and_examples(shift: str, scale: str) -> Callable[[Draw], dict[str, Any]]:
    def draw_both(draw: Draw) -> dict[str, Any]:
        shape, dtype = shape_of(draw), draw(FLOATS)
        width = np.abs(row_for(draw, shape, dtype))
        own = {shift: row_for(draw, shape, dtype), scale: np.where(width == 0, 1, width).astype(dtype)}
        return {"self": own, "X": an_array(draw, shape, dtype)}

    return draw_both


for _kind, _fields in (("Standardizer", ("mean", "sd")), ("MinMax", ("low", "width"))):
    for _method, _oracle in (("apply", oracles.scaled), ("undo", oracles.unscaled)):
        case(f"normalize.{_kind}.{_method}", _oracle, call=_normalized(_kind, _method), keep=("self",))(
            _scaler_and_examples(*_fields)
        )


# the bowl


def _hessian(draw: Draw, n: int) -> np.ndarray:
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    axes, _ = np.linalg.qr(rng.standard_normal((n, n)))
    curvatures = 10.0 ** rng.uniform(-3, 3, n) * 10.0 ** draw(st.sampled_from([0, 0, 10, -10, 150, -150, 300, -300]))
    H = axes * curvatures @ axes.T
    return (H / 2 + H.T / 2) if draw(FLAGS) else np.diag(curvatures)


def _bowl_arguments(draw: Draw) -> dict[str, Any]:
    n = draw(st.integers(1, 3))
    return {"hessian": _hessian(draw, n), "minimum": an_array(draw, (n,)), "lowest": numbers(draw)}


def _bowl(name: str) -> Callable[..., Any]:
    def call(_: Any, arguments: dict[str, Any]) -> Any:
        from coursekit.lessons.normalize_the_inputs.bowl import Bowl

        return getattr(Bowl(**arguments), name)

    return call


case("bowl.Bowl", oracles.bowl)(_bowl_arguments)
for _name in ("curvatures", "condition_number", "largest_stable_rate", "best_rate"):
    case(f"bowl.Bowl.{_name}", getattr(oracles, _name), call=_bowl(_name), examples=80)(_bowl_arguments)


def _tame_bowl(draw: Draw) -> Any:
    from coursekit.lessons.normalize_the_inputs.bowl import Bowl

    n = draw(st.integers(1, 3))
    curvatures = 10.0 ** np.random.default_rng(draw(st.integers(0, 9))).uniform(-3, 3, n)
    minimum = np.random.default_rng(draw(st.integers(0, 9))).standard_normal(n)
    return Bowl(np.diag(curvatures), minimum, draw(st.sampled_from([0.0, 1.0])))


@case("bowl.Bowl.cost", oracles.cost, call=lambda _, arguments: arguments.pop("bowl").cost(**arguments), keep=("bowl",))
def _(draw: Draw) -> dict[str, Any]:
    bowl = _tame_bowl(draw)
    leading = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    return {"bowl": bowl, "w": an_array(draw, (*leading, len(bowl.minimum)), draw(FLOATS))}


@case("bowl.least_squares_bowl", oracles.least_squares, keep=("intercept",))
def _(draw: Draw) -> dict[str, Any]:
    m, n = draw(st.integers(3, 6)), draw(st.integers(1, 2))
    return {"X": an_array(draw, (m, n)), "y": an_array(draw, (m,)), "intercept": draw(FLAGS)}


@case("bowl.descent_path", oracles.descent_path)
def _(draw: Draw) -> dict[str, Any]:
    bowl = _tame_bowl(draw)
    rate = draw(st.sampled_from([bowl.best_rate, bowl.largest_stable_rate, 0.0, 1e-300, 1e300, [0.1, 1e9]]))
    n_steps = draw(st.integers(0, 6))
    return {"bowl": bowl, "w": an_array(draw, bowl.minimum.shape), "learning_rate": rate, "n_steps": n_steps}


@case("bowl.steps_to_tolerance", oracles.steps_to_tolerance, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    bowl = _tame_bowl(draw)
    rate = bowl.largest_stable_rate * draw(st.sampled_from([1e-12, 1e-6, 0.1, 0.5, 0.9, 0.999999, 1.0, 2.0, 1e300]))
    tolerance = draw(st.sampled_from([1e-300, 1e-9, 0.01, 0.5, 1 - 2**-53]))
    of = draw(st.sampled_from(["distance", "cost"]))
    return {"bowl": bowl, "w": an_array(draw, bowl.minimum.shape), "learning_rate": rate, "tolerance": tolerance,
            "of": of}  # fmt: skip


# many at once


@case("metrics.best_of_weights", oracles.best_of_weights)
def _(draw: Draw) -> dict[str, Any]:
    n_scores = draw(st.integers(1, 60))
    return {"n_scores": n_scores, "n": draw(st.integers(1, n_scores))}


@case("metrics.expected_best", oracles.expected_best)
def _(draw: Draw) -> dict[str, Any]:
    shape = (*draw(st.lists(st.integers(0, 2), max_size=1)), draw(st.integers(1, 6)))
    scores = an_array(draw, shape, draw(FLOATS))
    return {"scores": scores, "n": draw(st.integers(1, shape[-1])), "of": draw(st.sampled_from([None, -scores]))}


@case("caviar.epochs_each", oracles.epochs_each)
def _(draw: Draw) -> dict[str, Any]:
    minutes = numbers(draw, 5e-324)
    return {"n_models": draw(st.integers(1, 99)), "machines": draw(st.integers(1, 9)), "minutes": minutes,
            "minutes_per_epoch": draw(st.sampled_from([1.0, minutes / 3 or 1.0, 1e-300, 0.1]))}  # fmt: skip


@case("caviar.decide", oracles.decide)
def _(draw: Draw) -> dict[str, Any]:
    k = draw(FEW)
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    rate, ceiling = rng.integers(0, 9, k), rng.integers(1, 10, k)
    now, last = (rng.random(k) * draw(st.sampled_from([1.0, 0.1])) for _ in range(2))
    return {"now": now, "last": last, "rate": rate, "ceiling": ceiling}


def _all_of(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    return list(function(**arguments))


@case("caviar.many_at_once", call=_all_of, examples=10)
def _(draw: Draw) -> dict[str, Any]:
    return {"seed": draw(st.integers(0, 3)), "n_models": draw(st.integers(1, 3)), "n_epochs": 1, "n_train": 20}


@case("caviar.keepers", call=_all_of, examples=10)
def _(draw: Draw) -> dict[str, Any]:
    return {"seed": draw(st.integers(0, 3)), "n_epochs": 2, "n_train": 20}


# the classifier


@case("datasets.three_sets", examples=15)
def _(draw: Draw) -> dict[str, Any]:
    return {"rng": rng_of(draw), "dtype": draw(FLOATS)}


@case("metrics.confusion_matrix", oracles.confusion_matrix)
def _(draw: Draw) -> dict[str, Any]:
    n_classes, m = draw(FEW), draw(st.integers(0, 6))
    y, named = (labels_for(draw, draw(st.sampled_from([(m,), (2, m)])), n_classes) for _ in range(2))
    return {"y": y, "named": named, "n_classes": n_classes}


@case("metrics.best_guesses", oracles.best_guesses)
def _(draw: Draw) -> dict[str, Any]:
    shape = (*draw(st.lists(st.integers(0, 3), max_size=2)), draw(st.integers(1, 5)))
    return {"p": an_array(draw, shape, draw(FLOATS)), "n": draw(st.integers(1, shape[-1]))}


@case("metrics.class_weights", oracles.class_weights)
def _(draw: Draw) -> dict[str, Any]:
    n_classes = draw(FEW)
    y = np.concatenate([np.arange(n_classes), labels_for(draw, (draw(FEW),), n_classes)])
    return {"y": y, "n_classes": n_classes}


# data


@case("datasets.split", oracles.split, keep=("standardize",))
def _(draw: Draw) -> dict[str, Any]:
    m, n = draw(st.integers(2, 8)), draw(FEW)
    X, y = an_array(draw, (m, n), draw(FLOATS)), labels_for(draw, (m,), 3)
    return {"X": X, "y": y, "rng": rng_of(draw), "n_train": draw(st.integers(1, m - 1)), "standardize": draw(FLAGS)}


@case("datasets.digits", examples=20, keep=("standardize",))
def _(draw: Draw) -> dict[str, Any]:
    n_train = draw(st.integers(1, 1796))
    return {"rng": rng_of(draw), "n_train": n_train, "standardize": draw(FLAGS), "dtype": draw(FLOATS)}


case("datasets.diabetes", examples=1)(lambda _: {})


def _points(draw: Draw) -> dict[str, Any]:
    noise = numbers(draw, 0)
    return {"m": draw(st.integers(1, 20)), "rng": rng_of(draw), "n_classes": draw(FEW), "noise": noise}


for _name in ("blobs", "rings", "spirals"):
    case(f"datasets.{_name}", oracles.points, examples=100)(_points)


@case("drift.drifted", oracles.drifted)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.panda_or_caviar.drift import KINDS

    shape = (*draw(st.lists(st.integers(0, 2), max_size=1)), draw(FEW), 64)
    kind, strength = draw(st.sampled_from(KINDS)), draw(st.sampled_from([0, 1]) | st.floats(0, 1))
    return {"X": an_array(draw, shape, draw(FLOATS)), "kind": kind, "strength": strength, "rng": rng_of(draw)}


@case("drift.cost_of_staying", oracles.cost_of_staying)
def _(draw: Draw) -> dict[str, Any]:
    shape = draw(FEW), draw(FEW)
    return {name: an_array(draw, shape, draw(FLOATS)) for name in ("then", "now", "judged")}


@case("drift.a_month", examples=6)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.panda_or_caviar.drift import KINDS, WAYS

    return {"seed": 1, "number": draw(st.integers(0, 1)), "kind": draw(st.sampled_from(KINDS)), "strength": 0.5,
            "by": draw(st.sampled_from(WAYS))}  # fmt: skip


@case("flawed_data.mislabeled", oracles.mislabeled)
def _(draw: Draw) -> dict[str, Any]:
    n_classes = draw(st.integers(2, 4))
    kind = draw(st.sampled_from(["random", "systematic"]))
    return {"y": labels_for(draw, (draw(st.integers(0, 8)),), n_classes), "share": draw(st.floats(0, 1)),
            "rng": rng_of(draw), "n_classes": n_classes, "kind": kind}  # fmt: skip


@case("flawed_data.fit_weighted", examples=60, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.network import Network

    m = draw(st.integers(2, 6))
    parameters = network(draw, batch_norm=None, sizes=(2, 3, 2), k=())
    return {"network": Network((2, 3, 2)), "parameters": parameters, "X": tame(draw, (m, 2)),
            "y": labels_for(draw, (m,), 2), "weights": np.abs(an_array(draw, (m,))),
            "learning_rate": draw(st.sampled_from([0.0, 1e-3, 1.0])),
            "n_epochs": 1, "rng": rng_of(draw), "batch_size": draw(FEW)}  # fmt: skip


@case("images.moved", oracles.moved)
def _(draw: Draw) -> dict[str, Any]:
    shape = (*draw(st.lists(st.integers(0, 2), max_size=1)), draw(st.integers(0, 4)), draw(st.integers(0, 4)))
    how = {name: numbers(draw) for name in ("right", "down", "degrees")}
    return {"pictures": an_array(draw, shape, draw(FLOATS)), **how}


@case("images.thickened", oracles.thickened)
def _(draw: Draw) -> dict[str, Any]:
    shape = (*draw(st.lists(st.integers(0, 2), max_size=1)), draw(FEW), draw(FEW))
    return {"pictures": an_array(draw, shape, draw(FLOATS)), "amount": draw(st.floats(-1, 1))}


@case("images.blotted", oracles.blotted)
def _(draw: Draw) -> dict[str, Any]:
    shape = (*draw(st.lists(st.integers(0, 2), max_size=1)), draw(FEW), draw(FEW))
    how = {name: numbers(draw) for name in ("x", "y", "ink")}
    return {"pictures": an_array(draw, shape, draw(FLOATS)), **how, "radius": numbers(draw, 0)}


# which of them matters


def _trials(draw: Draw, d: int | None, *, least: int = 1) -> tuple[np.ndarray, np.ndarray]:
    n = draw(st.integers(least, 12))
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    return rng.integers(0, 3, (n, d) if d else n) / 2, an_array(draw, (n,), draw(FLOATS))


@case("importance.bins", oracles.bins)
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=2)))
    u = np.random.default_rng(draw(st.integers(0, 9))).random(shape)
    return {"u": draw(st.sampled_from([u, np.round(u), u * 1e-300, np.nextafter(u * 0 + 1, 0)])), "n_bins": draw(FEW)}


@case("importance.marginal", oracles.marginal, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    u, scores = _trials(draw, None)
    return {"u": u, "scores": scores, "n_bins": draw(FEW)}


@case("importance.explained_share", oracles.explained_share)
def _(draw: Draw) -> dict[str, Any]:
    u, scores = _trials(draw, None, least=4)
    return {"groups": (2 * u).astype(int), "scores": scores}


@case("importance.main_shares")
def _(draw: Draw) -> dict[str, Any]:
    u, scores = _trials(draw, draw(FEW), least=4)
    return {"u": u, "scores": scores, "n_bins": draw(FEW)}


@case("importance.pair_share")
def _(draw: Draw) -> dict[str, Any]:
    u, scores = _trials(draw, 2, least=10)
    return {"u": u, "scores": scores, "n_bins": draw(st.integers(1, 3))}


@case("importance.resampled_shares", examples=60)
def _(draw: Draw) -> dict[str, Any]:
    u, scores = _trials(draw, 2, least=4)
    return {"u": u, "scores": scores, "rng": rng_of(draw), "n_resamples": draw(FEW), "n_bins": draw(FEW)}


@case("importance.noise_share", oracles.noise_share)
def _(draw: Draw) -> dict[str, Any]:
    scores = an_array(draw, (draw(st.integers(2, 6)),), draw(FLOATS))
    return {"scores": scores, "repeats": an_array(draw, (draw(FEW), draw(st.integers(2, 4))), draw(FLOATS))}


case("installation.problems", examples=1)(lambda _: {})


@case("measured.measured", examples=30)
def _(draw: Draw) -> dict[str, Any]:
    return {"name": draw(st.sampled_from(["scale_race"]))}


# networks


def tame(draw: Draw, shape: tuple[int, ...], dtype: type = np.float64) -> np.ndarray:
    """Draw numbers that a network can take, now and then one that it can't."""
    if draw(st.integers(0, 5)) == 0:
        return an_array(draw, shape, dtype)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return (rng.standard_normal(shape) * draw(st.sampled_from([1, 1, 0.1, 30]))).astype(dtype)


def network(draw: Draw, *, batch_norm: Any, sizes: tuple[int, ...], k: tuple[int, ...]) -> dict[str, Any]:
    dtype = draw(FLOATS)
    parameters: dict[str, Any] = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{i}"] = tame(draw, (*k, n_in, n_out), dtype)
        parameters[f"b{i}"] = tame(draw, (*k, n_out), dtype)
        if batch_norm and i < len(sizes) - 1:
            parameters |= {f"gamma{i}": tame(draw, (*k, n_out), dtype), f"beta{i}": tame(draw, (*k, n_out), dtype)}
    return parameters


def _network_and_examples(
    draw: Draw, *, labels: bool = False, tested: bool = False, judged: bool = False, normed: bool = False
) -> dict[str, Any]:
    from coursekit.network import Network

    sizes, k = (2, 3, 2), draw(st.sampled_from([(), (), (2,)]))
    batch_norm = "before" if normed else draw(st.sampled_from([None, "before", "after"]))
    m = draw(st.integers(2, 5))
    record = Network(sizes, draw(st.sampled_from(["relu", "tanh", "sigmoid", "linear"])), batch_norm)
    arguments = {"network": record, "parameters": network(draw, batch_norm=batch_norm, sizes=sizes, k=k),
                 "X": tame(draw, (m, 2))}  # fmt: skip
    if labels:
        arguments["y"] = labels_for(draw, (m,), 2)
    if tested and batch_norm:
        arguments["statistics"] = {"mean1": tame(draw, (*k, 3)), "var1": np.abs(tame(draw, (*k, 3)))}
    elif judged and batch_norm:
        arguments["statistics"] = "batch"
    return arguments


@case("network.init_network", oracles.init_network, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.network import Network

    sizes, n_models = draw(st.lists(FEW, min_size=2, max_size=4)), draw(st.none() | FEW)
    scale = draw(st.sampled_from(["he", 0.0, 1.0, 1e-300, 1e300]))
    batch_norm = draw(st.sampled_from([None, "before", "after"]))
    return {"network": Network(sizes, batch_norm=batch_norm), "rng": rng_of(draw), "scale": scale, "n_models": n_models,
            "dtype": draw(FLOATS)}  # fmt: skip


@case("network.Network", oracles.network, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    return {"sizes": draw(st.lists(FEW, min_size=2, max_size=4)),
            "activation": draw(st.sampled_from(["relu", "tanh", "sigmoid", "linear"])),
            "batch_norm": draw(st.sampled_from([None, "before", "after"])),
            "eps": draw(st.sampled_from([1e-5, 1e-30, 1.0, 1e30]))}  # fmt: skip


@case("network.a_network", examples=10, keep=("function",))
def _(_: Draw) -> dict[str, Any]:
    from coursekit.network import Network

    return {"function": "fit", "value": Network((2, 3, 2))}


# A network that diverges has nan or inf, as its documentation says, and the others of its stack stay as they are.
@case("network.forward", oracles.forward, finite=False, examples=250)
def _(draw: Draw) -> dict[str, Any]:
    return _network_and_examples(draw, tested=draw(FLAGS))


@case("network.backward", finite=False)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.network import forward

    arguments = _network_and_examples(draw)
    arguments["X"] = np.clip(arguments["X"], -1e30, 1e30)
    z, cache = forward(**arguments)
    return {"d_z": an_array(draw, z.shape), "cache": cache}


@case("trained.fold_batch_norm", examples=100, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    arguments = _network_and_examples(draw, tested=True)
    return {"network": arguments["network"], "parameters": arguments["parameters"],
            "statistics": arguments.get("statistics", {})}  # fmt: skip


case("network.classify")(lambda draw: _network_and_examples(draw, tested=draw(FLAGS), judged=True))
case("network.accuracy")(lambda draw: _network_and_examples(draw, labels=True, tested=draw(FLAGS), judged=True))


@case("network.accuracy_unchecked", checked=False)
def _(draw: Draw) -> dict[str, Any]:
    shape = shape_of(draw)
    return {"z": an_array(draw, shape, draw(FLOATS)), "y": labels_for(draw, shape[-2:-1], shape[-1])}


@case("trained.one_model", examples=100)
def _(draw: Draw) -> dict[str, Any]:
    return {"parameters": network(draw, batch_norm="before", sizes=(2, 3, 2), k=(2,)), "i": draw(st.integers(-2, 1))}


@case("landscape.relative_steps", finite=False, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    arguments = _network_and_examples(draw, labels=True, normed=True)
    arguments["parameters"] = network(draw, batch_norm="before", sizes=(2, 3, 2), k=())
    return arguments | {"shares": draw(st.sampled_from([np.array([0.0, 0.1]), np.zeros(0)]))}


@case("landscape.along_gradient", finite=False, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    arguments = _network_and_examples(draw, labels=True, normed=True)
    arguments["parameters"] = network(draw, batch_norm="before", sizes=(2, 3, 2), k=())
    return arguments | {"lengths": draw(st.sampled_from([np.array([0.0, 1.0]), np.zeros(0), np.array([1e300])]))}


@case("batch_noise.population_statistics", finite=False, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    return _network_and_examples(draw)


@case("batch_noise.equal_drop_rate", oracles.equal_drop_rate, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    return {"m": draw(st.integers(2, 999))}


@case("batch_noise.noisy_gradients", finite=False, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.network import Network

    parameters = network(draw, batch_norm="before", sizes=(2, 3, 2), k=())
    parameters = {name: value for name, value in parameters.items() if name != "b1"}
    m = draw(st.sampled_from([2, 4]))
    return {"network": Network((2, 3, 2), batch_norm="before"), "parameters": parameters, "X": tame(draw, (m, 2)),
            "y": labels_for(draw, (m,), 2), "rng": rng_of(draw), "ghost": 2,
            "drop": draw(st.sampled_from([0.0, 0.5]))}  # fmt: skip


@case("batch_noise.shaken", call=lambda function, arguments: function(**arguments)[0], examples=100)
def _(draw: Draw) -> dict[str, Any]:
    parameters = {"gamma1": an_array(draw, (3,), draw(FLOATS)), "beta1": an_array(draw, (3,))}
    return {"parameters": parameters, "rng": rng_of(draw), "shift": numbers(draw, 0), "stretch": numbers(draw, 0)}


# optimizers


def _step(draw: Draw) -> dict[str, Any]:
    k = draw(st.sampled_from([(), (2,)]))
    parameters = {"W1": an_array(draw, (*k, 2, 3), draw(FLOATS)), "b1": an_array(draw, (*k, 3))}
    gradients = {name: an_array(draw, x.shape, x.dtype.type) for name, x in parameters.items()}
    rate = draw(st.sampled_from([0.0, 1e-3, 1.0, 1e-300, 1e300]))
    return {"parameters": parameters, "gradients": gradients, "state": None,
            "learning_rate": np.array([rate, 0.1]) if k and draw(FLAGS) else rate}  # fmt: skip


case("optimizers.sgd", oracles.sgd, examples=200, finite=False)(_step)
case("optimizers.momentum", oracles.momentum, examples=200, finite=False)(
    lambda draw: _step(draw) | {"momentum": share(draw)}
)
case("optimizers.rmsprop", oracles.rmsprop, examples=200, finite=False)(
    lambda draw: _step(draw) | {"decay": share(draw), "eps": draw(st.sampled_from([1e-8, 1e-8, 1e-300, 1.0]))}
)
case("optimizers.adam", oracles.adam, examples=200, finite=False)(
    lambda draw: (
        _step(draw)
        | {"beta1": share(draw), "beta2": share(draw), "eps": draw(st.sampled_from([1e-8, 1e-8, 1e-300, 1.0]))}
    )
)


def _from_the_start(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    return function(**arguments | {"state": AdamState(0, {}, {})})


@case("optimizers.adam_unchecked", oracles.adam, call=_from_the_start, finite=False, checked=False)
def _(draw: Draw) -> dict[str, Any]:
    rate = draw(st.sampled_from([0.0, 1e-3, 1.0]))
    return _step(draw) | {"learning_rate": rate, "beta1": share(draw), "beta2": share(draw), "eps": 1e-8}


def _schedule(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    rate = function(**arguments)
    return [rate(epoch) for epoch in (0, 1, 7, 1000)]


@case("optimizers.inverse_time_decay", call=_schedule)
def _(draw: Draw) -> dict[str, Any]:
    return {"learning_rate": numbers(draw, 0), "decay_rate": numbers(draw, 0)}


@case("optimizers.exponential_decay", call=_schedule)
def _(draw: Draw) -> dict[str, Any]:
    return {"learning_rate": numbers(draw, 0), "decay": numbers(draw, 0), "every": draw(FEW)}


# trainings


def _training(draw: Draw) -> dict[str, Any]:
    arguments = _network_and_examples(draw, labels=True, normed=True)
    arguments["parameters"] = network(draw, batch_norm="before", sizes=(2, 3, 2), k=draw(st.sampled_from([(), (2,)])))
    return arguments | {"learning_rate": draw(st.sampled_from([0.0, 0.1, 1e300])), "n_epochs": 1, "rng": rng_of(draw),
                        "batch_size": 8}  # fmt: skip


def _half_a_step(parameters: Any, gradients: Any, state: Any, *, learning_rate: Any) -> Any:
    from coursekit.optimizers import sgd

    return sgd(parameters, gradients, state, learning_rate=np.asarray(learning_rate) / 2)


@case("training.fit", finite=False, examples=200)
def _(draw: Draw) -> dict[str, Any]:
    functions = {
        "optimizer": _half_a_step,
        "callback": lambda _: False,
        "learning_rate": lambda epoch: 0.1 / (1 + epoch),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(functions))))
    arguments = _training(draw) | {name: functions[name] for name in sorted(chosen)}
    validation = tame(draw, (3, 2)), labels_for(draw, (3,), 2)
    return arguments | ({"validation": validation} if draw(FLAGS) else {})


case("training.epochs", finite=False, examples=60, call=_all_of)(_training)


@case("training.minibatches", oracles.minibatches, call=_all_of)
def _(draw: Draw) -> dict[str, Any]:
    shape = shape_of(draw)
    y = labels_for(draw, draw(st.sampled_from([shape[-2:-1], shape[:-1]])), 3)
    return {"X": an_array(draw, shape, draw(FLOATS)), "y": y, "batch_size": draw(FEW), "rng": rng_of(draw)}


@case("panda.nursery", examples=20)
def _(draw: Draw) -> dict[str, Any]:
    return {"seed": draw(st.integers(0, 3)), "n_train": draw(st.integers(1, 900))}


def _model(draw: Draw) -> Any:
    from coursekit.lessons.panda_or_caviar.panda import Model
    from coursekit.network import Network

    return Model(Network((2, 3, 2)), network(draw, batch_norm=None, sizes=(2, 3, 2), k=()))


@case("panda.train_on", finite=False, examples=60)
def _(draw: Draw) -> dict[str, Any]:
    m = draw(st.integers(1, 5))
    return {"model": _model(draw), "X": tame(draw, (m, 2)), "y": labels_for(draw, (m,), 2), "n_epochs": 1,
            "learning_rate": draw(st.sampled_from([0.0, 0.1, 1e300])), "momentum": draw(st.sampled_from([0.0, 0.9])),
            "rng": rng_of(draw)}  # fmt: skip


@case("panda.score", examples=100)
def _(draw: Draw) -> dict[str, Any]:
    m = draw(st.integers(1, 5))
    return {"model": _model(draw), "X": tame(draw, (m, 2)), "y": labels_for(draw, (m,), 2)}


@case("panda.play", examples=20, finite=False)
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.lessons.panda_or_caviar.panda import MOVES

    return {"game": draw(st.integers(1, 3)), "moves": tuple(draw(st.lists(st.sampled_from(MOVES), max_size=3)))}


for _name in ("epochs", "is_over", "has_diverged"):
    case(f"panda.Panda.{_name}", examples=3, call=lambda read, arguments: read(arguments["panda"]), keep=("panda",))(
        lambda draw: {
            "panda": __import__("coursekit.lessons.panda_or_caviar.panda", fromlist=["play"]).play(
                draw(st.integers(1, 3)), ()
            )
        }
    )


# grids, random points, trials


@case("layouts.grid_points", oracles.grid_points, keep=("ends",))
def _(draw: Draw) -> dict[str, Any]:
    return {"n_per_axis": draw(st.integers(2, 5)), "d": draw(FEW), "ends": draw(FLAGS)}


@case("layouts.radical_inverse", oracles.radical_inverse)
def _(draw: Draw) -> dict[str, Any]:
    return {"i": draw(st.integers(0, 10**6) | st.sampled_from([2**53 + 1, 2**70])), "base": draw(st.integers(2, 99))}


@case("layouts.halton", oracles.halton, examples=100)
def _(draw: Draw) -> dict[str, Any]:
    return {"n": draw(st.integers(1, 20)), "d": draw(st.integers(1, 6)), "rng": draw(st.sampled_from([None]))}


@case("layouts.distance_to_nearest", oracles.distance_to_nearest)
def _(draw: Draw) -> dict[str, Any]:
    k, n, d = draw(FEW), draw(FEW), draw(FEW)
    points = an_array(draw, draw(st.sampled_from([(n, d), (k, n, d)])), draw(FLOATS))
    relevance = np.asarray(draw(st.sampled_from([1.0, 0.0, np.linspace(0, 1, d)])))
    return {"points": points, "optima": an_array(draw, (k, d), draw(FLOATS)), "relevance": relevance}


@case("layouts.compare", oracles.compare)
def _(draw: Draw) -> dict[str, Any]:
    k = draw(st.integers(0, 5))
    first, second = (an_array(draw, (k,), draw(FLOATS)) for _ in range(2))
    return {"first": first, "second": second, "tolerance": draw(st.sampled_from([1e-12, 0.0, 1.0]))}


@case("chance.chance_of_a_hit", oracles.chance_of_a_hit)
def _(draw: Draw) -> dict[str, Any]:
    n = draw(st.integers(0, 10**6) | st.sampled_from([np.array([0, 1, 59]), 1e300, 10.0**18]))
    return {"q": draw(st.sampled_from([1e-300, 1e-12, 0.05, 0.5, 1 - 2**-53])), "n": np.asarray(n)}


@case("chance.trials_needed", oracles.trials_needed)
def _(draw: Draw) -> dict[str, Any]:
    q, chance = (draw(st.sampled_from([5e-324, 1e-300, 1e-12, 0.05, 0.5, 0.95, 1 - 2**-53])) for _ in range(2))
    return {"q": q, "chance": chance}


# numerical gradients, and the tape


@case("gradcheck.numerical_gradient", oracles.numerical_gradient)
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    f = draw(st.sampled_from([np.sum, lambda x: np.sum(np.tanh(x)), lambda x: x]))
    return {"f": f, "x": an_array(draw, shape, draw(FLOATS)), "step": draw(st.sampled_from([6e-6, 1e-300, 1.0, 1e300]))}


@case("gradcheck.projection_error")
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    x = an_array(draw, shape, draw(FLOATS))
    at = np.asarray(x, float)
    return {"forward": np.tanh, "backward": lambda d: d * (1 - np.tanh(np.resize(at, d.shape)) ** 2),
            "x": x, "rng": rng_of(draw), "step": draw(st.sampled_from([6e-6, 1e-300, 1.0, 1e300]))}  # fmt: skip


@case("gradcheck.relative_error", oracles.relative_error)
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(0, 4), max_size=2)))
    return {name: an_array(draw, shape, draw(FLOATS)) for name in ("a", "b")}


def _differentiate(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    return function(arguments["f"], *(value for name, value in arguments.items() if name != "f"))


@case("tape.gradient", oracles.tape, call=_differentiate, keep=("w",))
def _(draw: Draw) -> dict[str, Any]:
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    squares = draw(st.sampled_from([lambda w: (w * w).sum(), lambda w: np.sum(w**2)]))
    return {"f": squares, "w": np.clip(an_array(draw, shape, draw(FLOATS)), -1e15, 1e15)}  # its squares are f's own


@case("tape.Value", call=lambda function, arguments: function(**arguments, tape=[]).value, checked=False, examples=20)
def _(draw: Draw) -> dict[str, Any]:
    return {"value": tame(draw, (2, 3))}


@case("tape.Value.sum", examples=40, checked=False,
      call=lambda function, arguments: function(_recorded(arguments.pop("self")), **arguments).value)  # fmt: skip
def _(draw: Draw) -> dict[str, Any]:
    return {
        "self": np.clip(tame(draw, (2, 3)), -1e300, 1e300),  # what overflows is NumPy's own sum
        "axis": draw(st.sampled_from([None, 0, 1, -1, (0, 1)])),
        "keepdims": draw(FLAGS),
    }


def _recorded(x: np.ndarray) -> Any:
    from coursekit.tape import Value

    return Value(x, [])


# scales and spaces


def _ends(draw: Draw, low: float = -np.inf, high: float = np.inf) -> dict[str, float]:
    return dict(zip(("low", "high"), sorted((numbers(draw, low, high), numbers(draw, low, high))), strict=True))


RANGES = {
    "LinearScale": _ends,
    "LogScale": lambda draw: _ends(draw, 5e-324),
    "ReverseLogScale": lambda draw: _ends(draw, high=1 - 2**-53),
    "IntegerScale": lambda draw: {"low": draw(st.integers(-9, 9)), "high": draw(st.integers(10, 2**53 - 1))},
    "ChoiceScale": lambda draw: {"options": draw(st.sampled_from([["relu", "tanh"], [None, 1, 2.5], ("a",)]))},
}


def _scale_method(kind: str, method: str) -> Callable[..., Any]:
    def call(_: Any, arguments: dict[str, Any]) -> Any:
        from coursekit import scales

        return getattr(getattr(scales, kind)(**arguments.pop("self")), method)(**arguments)

    return call


def _scale_cases(kind: str) -> None:
    own = RANGES[kind]
    case(f"scales.{kind}", oracles.scale, examples=100)(own)
    shapes = st.lists(st.integers(0, 4), max_size=2).map(tuple)

    def values(draw: Draw) -> dict[str, Any]:
        self = own(draw)
        if kind == "ChoiceScale":
            return {"self": self, "x": draw(st.sampled_from(list(self["options"])))}
        x = draw(st.sampled_from([self["low"], self["high"]]))
        if kind != "IntegerScale":
            x = min(max(self["low"] / 2 + self["high"] / 2, self["low"]), self["high"]) if draw(FLAGS) else x
        return {"self": self, "x": np.full(draw(shapes), x)}

    def shares(draw: Draw) -> dict[str, Any]:
        u = np.random.default_rng(draw(st.integers(0, 9))).random(draw(shapes))
        return {"self": own(draw), "u": draw(st.sampled_from([u, np.round(u), u * 1e-300, np.nextafter(u * 0 + 1, 0)]))}

    options = {"keep": ("self",), "names": ("u", "x", "size", "n", "rng"), "examples": 120}
    case(f"scales.{kind}.to_unit", oracles.to_unit(kind), call=_scale_method(kind, "to_unit"), **options)(values)
    case(f"scales.{kind}.from_unit", oracles.from_unit(kind), call=_scale_method(kind, "from_unit"), **options)(shares)


for _kind in RANGES:
    _scale_cases(_kind)


def _some_scale(method: str) -> Callable[..., Any]:
    def call(_: Any, arguments: dict[str, Any]) -> Any:
        return _scale_method(arguments.pop("kind"), method)(None, arguments)

    return call


@case("scales.Scale.sample", call=_some_scale("sample"), keep=("kind", "self"))
def _(draw: Draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(RANGES)))
    return {"kind": kind, "self": RANGES[kind](draw), "size": draw(st.integers(0, 5) | st.just((2, 3))),
            "rng": rng_of(draw)}  # fmt: skip


@case("scales.Scale.grid", call=_some_scale("grid"), keep=("kind", "self", "ends"))
def _(draw: Draw) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(RANGES)))
    return {"kind": kind, "self": RANGES[kind](draw), "n": draw(st.integers(2, 9)), "ends": draw(FLAGS)}


def _space() -> Any:
    from coursekit.scales import ChoiceScale, IntegerScale, LogScale
    from coursekit.search import Space

    return Space(rate=LogScale(1e-4, 1), units=IntegerScale(5, 10), activation=ChoiceScale(["relu", "tanh"]))


def _of_space(method: str) -> Callable[..., Any]:
    return lambda _, arguments: getattr(_space(), method)(**arguments)


def _setting(draw: Draw) -> dict[str, Any]:
    return {"rate": draw(st.sampled_from([1e-4, 0.01, 1.0, 0.5])), "units": draw(st.integers(5, 10)),
            "activation": draw(st.sampled_from(["relu", "tanh"]))}  # fmt: skip


@case("space.Space", examples=60, names=("rate", "decay"), call=lambda function, scales: repr(function(**scales)))
def _(draw: Draw) -> dict[str, Any]:
    from coursekit.scales import LinearScale

    return {"rate": LinearScale(0, 1), "decay": LinearScale(*sorted([numbers(draw, high=0), 1.0]))}


@case("space.Space.to_unit", call=_of_space("to_unit"), names=("rate", "units", "activation"))
def _(draw: Draw) -> dict[str, Any]:
    settings = [_setting(draw) for _ in range(draw(st.integers(0, 3)))]
    if settings and draw(FLAGS):
        from trust.hostile import spoiled

        settings[0] = spoiled(draw, settings[0])
    return {"settings": settings}


@case("space.Space.from_unit", call=_of_space("from_unit"), names=("rate", "units", "activation"))
def _(draw: Draw) -> dict[str, Any]:
    u = np.random.default_rng(draw(st.integers(0, 9))).random((draw(st.integers(0, 4)), 3))
    return {"u": draw(st.sampled_from([u, np.round(u), u * 1e-300]))}


@case("space.Space.random", call=_of_space("random"), examples=80)
def _(draw: Draw) -> dict[str, Any]:
    return {"n": draw(FEW), "rng": rng_of(draw)}


@case("space.Space.grid", call=_of_space("grid"), keep=("ends",), examples=80)
def _(draw: Draw) -> dict[str, Any]:
    return {"n_per_axis": draw(st.integers(2, 5)), "ends": draw(FLAGS)}


@case("space.Space.zoom", call=_of_space("zoom"), names=("rate", "units", "activation"))
def _(draw: Draw) -> dict[str, Any]:
    shrink = draw(st.sampled_from([1e-300, 1e-12, 0.25, 0.5, 1.0]))
    return {"around": _setting(draw), "shrink": shrink, "border": draw(st.sampled_from([0, 0.1]))}
