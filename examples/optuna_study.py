"""Go on from here: the same space and the same objective as an Optuna study, whose sampler learns from the trials.

    pip install optuna
    python examples/optuna_study.py

It trains 15 networks on the digits at random settings, and 15 where Optuna's TPE sampler suggests.
"""

import numpy as np
import optuna

from coursekit.datasets import three_sets
from coursekit.network import Network, init_network
from coursekit.scales import ChoiceScale, IntegerScale, LinearScale, LogScale, ReverseLogScale
from coursekit.search import Setting, Space, run
from coursekit.search.trials import Trial, Trials
from coursekit.training import fit

SPACE = Space(
    learning_rate=LogScale(1e-4, 1), beta1=ReverseLogScale(0.5, 0.99), units=IntegerScale(8, 64),
    activation=ChoiceScale(["relu", "tanh"]),
)  # fmt: skip


def suggest(trial: optuna.trial.BaseTrial, space: Space) -> Setting:
    """Ask Optuna for a value on each scale of a space."""
    setting = {}
    for name, scale in space.scales.items():
        match scale:
            case LinearScale(low, high):
                setting[name] = trial.suggest_float(name, low, high)
            case LogScale(low, high):
                setting[name] = trial.suggest_float(name, low, high, log=True)
            case ReverseLogScale(low, high):  # Optuna has none: it is a log scale of what is missing to 1
                missing = trial.suggest_float(f"1 - {name}", 1 - high, 1 - low, log=True)
                setting[name] = min(max(1 - missing, low), high)
            case IntegerScale(low, high):
                setting[name] = trial.suggest_int(name, low, high)
            case ChoiceScale(options):  # Optuna stores text, whatever the options are
                texts = [str(option) for option in options]
                setting[name] = options[texts.index(trial.suggest_categorical(name, texts))]
            case _:
                raise TypeError(f"suggest: {name} must have a scale that Optuna knows; got {scale}.")
    return setting


def objective(setting: Setting, rng: np.random.Generator) -> float:
    """Train a network for three epochs; return its accuracy on the validation set."""
    sets = three_sets(np.random.default_rng(0), dtype=np.float32)
    network = Network([64, setting["units"], 10], activation=setting["activation"])
    start = init_network(network, rng, dtype=np.float32)
    _, history = fit(network, start, sets.X_train, sets.y_train, n_epochs=3, rng=rng,
                     learning_rate=setting["learning_rate"], beta1=setting["beta1"],
                     validation=(sets.X_validation, sets.y_validation))  # fmt: skip
    return float(history.validation_accuracy[-1])


def study(space: Space, n_trials: int, seed: int) -> Trials:
    """Search with Optuna, and keep the same record as ``run`` does."""
    asked = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    found = []
    for number in range(n_trials):
        trial = asked.ask()
        setting = suggest(trial, space)
        score = objective(setting, np.random.default_rng([seed, number]))
        done = asked.tell(trial, score)
        found.append(Trial(number, setting, score, done.duration.total_seconds()))
    return Trials(found)


def main(n_trials: int = 15) -> None:
    """Print the best of both searches."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    print("random:", run(objective, SPACE, n_trials=n_trials, seed=0, n_jobs=1))
    print("Optuna:", study(SPACE, n_trials, seed=0))


if __name__ == "__main__":
    main()
