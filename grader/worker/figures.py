"""Has matplotlib import in a box, where it can keep nothing."""

from __future__ import annotations

import logging
import os


def prepare(folder: str) -> None:
    """Name the folder that matplotlib is to take for its own.

    It wants one whose mode says that it may write there, and goes on where it then cannot.
    """
    os.environ["MPLCONFIGDIR"] = folder
    # It would say in what is printed that it cannot keep its list of fonts.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
