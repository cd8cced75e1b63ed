"""The quadratic bowl behind the contours: how elongated it is decides how many steps the descent takes."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit._checks import (
    MANY,
    a_kind,
    a_number,
    a_whole_number,
    an_array,
    as_array,
    no_overflow,
    of_unit_size,
    one_of,
    refuse,
)

FAR = 1e150  # where a path that diverges ends, so that its square is still a number


@dataclass(frozen=True, eq=False)
class Bowl:
    """A quadratic cost, J(w) = lowest + (w - minimum)' H (w - minimum) / 2: the landscape behind the contours.

    Notes
    -----
    Everything is float64, as float32 has too few digits for the condition numbers of raw features. One step of
    gradient descent multiplies the distance to the minimum, along the axis with curvature l, by 1 - rate * l. All that
    is said here about rates and steps follows from that line.

    Examples
    --------
    >>> bowl = Bowl([[2.0, 0.0], [0.0, 50.0]], minimum=[1.0, 3.0])
    >>> bowl.condition_number, bowl.largest_stable_rate, round(bowl.best_rate, 4)
    (25.0, 0.04, 0.0385)
    >>> bowl.cost([[1.0, 3.0], [2.0, 3.0], [1.0, 4.0]])
    array([ 0., 1., 25.])
    """

    hessian: NDArray[np.float64]
    minimum: NDArray[np.float64]
    lowest: float = 0.0

    def __post_init__(self) -> None:
        H = an_array("Bowl", "hessian", self.hessian, min_ndim=2).astype(np.float64)
        minimum = an_array("Bowl", "minimum", self.minimum, min_ndim=1).astype(np.float64)
        if minimum.ndim != 1 or minimum.size == 0:
            refuse("Bowl", "minimum", "have shape (n,), one number for each w", minimum.shape)
        if H.shape != 2 * minimum.shape:
            refuse("Bowl", "hessian", f"have shape {2 * minimum.shape}, a row and a column for each w", H.shape)
        if np.abs(H / 2 - H.T / 2).max() > 1e-10 / 2 * np.abs(H).max():
            refuse("Bowl", "hessian", "be symmetric", H.tolist())
        object.__setattr__(self, "hessian", H)
        object.__setattr__(self, "minimum", minimum)
        object.__setattr__(self, "lowest", a_number("Bowl", "lowest", self.lowest))
        if self.curvatures[0] <= 0:
            refuse("Bowl", "hessian", "curve upwards in every direction", f"the curvatures {self.curvatures.tolist()}")
        with np.errstate(over="ignore", invalid="ignore"):
            rates = self.curvatures[-1] / self.curvatures[0], 2 / self.curvatures[-1], self.curvatures.sum()
        if not np.isfinite(rates).all() or not all(rates):
            rule = "have curvatures that float64 can divide by each other"
            refuse("Bowl", "hessian", rule, f"the curvatures {self.curvatures.tolist()}")

    @property
    def curvatures(self) -> NDArray[np.float64]:
        """The eigenvalues of H, shape (n,), from the flattest axis to the steepest."""
        return np.linalg.eigvalsh(self.hessian).astype(np.float64, copy=False)

    @property
    def condition_number(self) -> float:
        """How elongated the contours are: the steepest curvature over the flattest; 1 is round."""
        return float(self.curvatures[-1] / self.curvatures[0])

    @property
    def largest_stable_rate(self) -> float:
        """The learning rate above which gradient descent diverges: 2 / l_max."""
        return float(2 / self.curvatures[-1])

    @property
    def best_rate(self) -> float:
        """The constant learning rate whose slowest axis is fastest: 2 / (l_min + l_max)."""
        return float(2 / (self.curvatures[0] + self.curvatures[-1]))

    def cost(self, w: ArrayLike) -> NDArray[np.float64]:
        """Compute J at ``w``, shape (..., n): one cost a point, shape (...)."""
        points = an_array("Bowl.cost", "w", w).astype(np.float64)
        if points.shape[-1:] != self.minimum.shape:
            rule = f"have a last axis of {len(self.minimum)}, one number for each of the minimum's"
            refuse("Bowl.cost", "w", rule, f"shape {points.shape}")
        with np.errstate(over="ignore", invalid="ignore"):
            d = points - self.minimum
            J: NDArray[np.float64] = self.lowest + np.sum(d @ self.hessian * d, axis=-1) / 2
        no_overflow("Bowl.cost", "w", points, "the cost", J)
        return J


def least_squares_bowl(X: ArrayLike, y: ArrayLike, *, intercept: bool = False) -> Bowl:
    """Find the bowl of a linear model's cost: J(w) = |X w - y|^2 / 2m.

    Notes
    -----
    Course notation: X has a column an example, and H = X X^T / m.

    Examples
    --------
    >>> X, y = [[-1, 10], [1, 10], [-1, -10], [1, -10]], [1, 3, -3, -1]
    >>> bowl = least_squares_bowl(X, y)
    >>> bowl.hessian.tolist(), bowl.minimum.round(3), round(bowl.condition_number)
    ([[1.0, 0.0], [0.0, 100.0]], array([1. , 0.2]), 100)
    """
    X = an_array("least_squares_bowl", "X", X).astype(np.float64)
    if X.ndim != 2 or len(X) == 0:
        refuse("least_squares_bowl", "X", "have shape (m, n) with at least one example", f"shape {X.shape}")
    y = an_array("least_squares_bowl", "y", y).astype(np.float64)
    if y.shape != X.shape[:1]:
        refuse("least_squares_bowl", "y", f"have shape {X.shape[:1]}, one number per example", y.shape)
    if intercept:
        X = np.column_stack([X, np.ones(len(X))])
    with np.errstate(over="ignore", invalid="ignore"):
        H = X.T @ X / len(X)
    no_overflow("least_squares_bowl", "X", X, "its squares", H)
    w, _, rank, _ = np.linalg.lstsq(X, y, rcond=1e-7)  # its square is what float64 can tell from a flat axis of H
    if rank < X.shape[1]:
        rule = "have columns that do not depend on each other, as otherwise no point is the lowest"
        refuse("least_squares_bowl", "X", rule, f"rank {rank} in {X.shape[1]} columns")
    with np.errstate(over="ignore", invalid="ignore"):
        lowest = float(np.mean((X @ w - y) ** 2) / 2)
    no_overflow("least_squares_bowl", "y", y, "the cost", lowest, w)
    return Bowl(H, w, lowest)


def descent_path(bowl: Bowl, w: ArrayLike, learning_rate: ArrayLike, n_steps: int) -> NDArray[np.float64]:
    """Follow gradient descent on a bowl, w := w - learning_rate * dJ/dw, in closed form.

    Examples
    --------
    >>> bowl = Bowl([[2.0]], minimum=[5.0])
    >>> descent_path(bowl, [0.0], [0.5, 1.0, 1.01], 3).round(2)[..., 0]
    array([[ 0. , 5. , 5. , 5. ],
           [ 0. , 10. , 0. , 10. ],
           [ 0. , 10.1 , -0.2 , 10.31]])
    """
    bowl = a_kind("descent_path", "bowl", bowl, Bowl, "be a Bowl")
    n_steps = a_whole_number("descent_path", "n_steps", n_steps, least=0, most=MANY)
    name = "descent_path", "learning_rate"
    shape, rates = as_array(*name, learning_rate).shape, np.ravel(np.asarray(learning_rate, object))
    rate = np.array([a_number(*name, each) for each in rates], np.float64).reshape(shape)
    curvatures, axes = np.linalg.eigh(bowl.hessian)
    with np.errstate(over="ignore", invalid="ignore"):
        start = np.clip((_start("descent_path", bowl, w) - bowl.minimum) @ axes, -FAR, FAR)
        shrinks = 1 - rate[..., None, None] * curvatures
        powers = np.clip(shrinks ** np.arange(n_steps + 1)[:, None], -FAR, FAR)
        return np.asarray(bowl.minimum + np.clip(start * powers, -FAR, FAR) @ axes.T)


def steps_to_tolerance(
    bowl: Bowl, w: ArrayLike, learning_rate: float, tolerance: float, *, of: str = "distance"
) -> float:
    """Count the steps that gradient descent needs on a bowl, without taking them.

    Examples
    --------
    >>> raw, standardised = Bowl([[1e6, 0], [0, 10]], [0, 0]), Bowl([[1, 0], [0, 1]], [0, 0])
    >>> [steps_to_tolerance(bowl, [1, 1], bowl.best_rate, 0.01) for bowl in (raw, standardised)]
    [230259.0, 1.0]
    >>> steps_to_tolerance(raw, [1, 1], raw.best_rate / 2, 0.3, of="cost")
    1.0
    """
    bowl = a_kind("steps_to_tolerance", "bowl", bowl, Bowl, "be a Bowl")
    least = 1e-12 * bowl.largest_stable_rate
    rate = a_number("steps_to_tolerance", "learning_rate", learning_rate, least=least)
    tolerance = a_number("steps_to_tolerance", "tolerance", tolerance, above=0, below=1)
    curvatures, axes = np.linalg.eigh(bowl.hessian)
    start, _ = of_unit_size(_start("steps_to_tolerance", bowl, w) / 2 - bowl.minimum / 2)  # a share, of whatever size
    start = start @ axes
    if one_of("steps_to_tolerance", "of", of, ["distance", "cost"]) == "cost":
        start, tolerance = (
            start * np.sqrt(curvatures / curvatures[-1]),
            math.sqrt(tolerance),
        )  # half its square is the cost
    curvatures, start = curvatures[start != 0], start[start != 0]
    if not start.size:
        return 0.0
    if rate >= bowl.largest_stable_rate:
        return math.inf
    x = rate * curvatures
    with np.errstate(divide="ignore"):
        # The logarithm of |1 - x|, by way of log1p: 1 - x itself would round away the slow axes of a long bowl.
        logs = np.where(x < 1, np.log1p(-np.minimum(x, 1)), np.log(np.abs(x - 1)))
    slowest, goal, whole = float(logs.max()), math.log(tolerance), math.log(math.hypot(*start))
    few, enough = 0, max(1, math.ceil(goal / slowest))
    while enough - few > 1:  # what is left falls with every step, so halving finds the first that will do
        middle = (few + enough) // 2
        # As a logarithm, with the slowest axis apart: the square of 1e-200 would be 0.
        left = middle * slowest + math.log(math.hypot(*start * np.exp(middle * (logs - slowest)))) - whole
        few, enough = (few, middle) if left <= goal else (middle, enough)
    return float(enough)


def _start(function: str, bowl: Bowl, w: ArrayLike) -> NDArray[np.float64]:
    start = an_array(function, "w", w).astype(np.float64)
    if start.shape != bowl.minimum.shape:
        refuse(function, "w", f"have shape {bowl.minimum.shape}, that of the minimum", start.shape)
    return start
