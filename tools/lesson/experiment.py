"""Draw the shares at random, and count the steps to a half: writes a_topic.csv in a second."""

import numpy as np

from coursekit.lab.measured import write_table


def main() -> None:
    """Write a row per draw."""
    shares = np.random.default_rng(99).uniform(0.5, 0.99, size=20)
    steps = np.ceil(np.log(0.5) / np.log(shares)).astype(int)
    rows = ((f"{share:.3f}", n) for share, n in zip(shares, steps, strict=True))
    write_table("a_topic", "a_topic", ("share", "steps"), rows)


if __name__ == "__main__":
    main()
