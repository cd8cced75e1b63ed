"""TensorFlow and Keras for exercises: imported when first used, as the other lessons can do without them."""

from types import ModuleType
from typing import Any


class _Lazy:
    """Stands for a module until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # whoever looks around, such as doctest and pytest, does not mean the module
            raise AttributeError(name)
        return getattr(_modules()[self._name], name)


def _modules() -> dict[str, ModuleType]:
    import keras  # noqa: PLC0415
    import tensorflow as tf  # noqa: PLC0415

    return {"tf": tf, "keras": keras, "v1": tf.compat.v1}


tf: Any = _Lazy("tf")
keras: Any = _Lazy("keras")
v1: Any = _Lazy("v1")


def no_tensorflow() -> str:
    """Say that TensorFlow is missing, where it is.

    Returns
    -------
    str
        Empty where it is there.
    """
    try:
        _modules()
    except ImportError:
        return "TensorFlow"
    return ""
