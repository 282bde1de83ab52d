"""Says of programs, in plain words, what is multiplied by which parameters.

Parameters are what depends on an input, on the seed say, but on no array. No hook in Flax is
needed to see them, and none can be put out of action.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

from grader.observation import Product, Program
from grader.text import count

Positions = frozenset[int]
Names = Mapping[tuple[int, ...], str]  # of parameters, by their shapes
UNNAMED = "array of parameters"
SIZES = re.compile(r"tensor<((?:[0-9?]+x)*)[a-z][a-z0-9]*>")


def sizes_side_by_side(program: Program, arrays: Positions) -> Counter[tuple[int, ...]]:
    """Return over which sizes parameters run side by side with an array; 0 for one that is open."""
    return Counter(
        tuple(_shape(one.types[_side(one, arrays)])[pair[_side(one, arrays)]] for pair in one.batch)
        for one in program.products
        if one.batch and _is_of_parameters(one, arrays)
    )


def sizes_of_parameters(program: Program, arrays: Positions) -> Counter[str]:
    """Return the types of parameters that an array is multiplied by, each as often as there is one.

    What is added to an answer may be anything that depends on the seed, a whole answer for one.
    """
    return Counter(
        one.type for one in program.uses if not one.depends & arrays and one.meets & arrays
    )


def describe_products(program: Program, arrays: Positions, names: Names) -> str:
    """Say how parameters are multiplied with arrays, in a program whose sizes are fixed."""
    products = [one for one in program.products if _is_of_parameters(one, arrays)]
    if not products:
        return "nothing is multiplied by parameters"
    copied = next((one for one in products if one.batch), None)
    if copied is not None:
        side = _side(copied, arrays)
        shape = _shape(copied.types[side])
        over = [pair[side] for pair in copied.batch]
        own = tuple(size for axis, size in enumerate(shape) if axis not in over)
        name = _name(own, names)
        copies = math.prod(size for axis, size in enumerate(shape) if axis in over)
        return f"every example is multiplied by its own {own} {name}: {_several(copies, name)}"
    kernels = {one.names[_side(one, arrays)] for one in products}
    side = _side(products[0], arrays)
    shape, other = _shape(products[0].types[side]), _shape(products[0].types[1 - side])
    name = _name(shape, names)
    if len(products) == 1:
        return f"an input of shape {other} is multiplied by one {shape} {name}"
    return f"{count(len(products), 'product')}, with {_several(len(kernels), name)} in all"


def _side(product: Product, arrays: Positions) -> int:
    """Return which of the factors is the parameters."""
    return 1 if product.depends[0] & arrays else 0


def _name(shape: tuple[int, ...], names: Names) -> str:
    """Return the name of parameters of a shape, or of the only ones with so many dimensions."""
    alike = {name for known, name in names.items() if len(known) == len(shape)}
    return names.get(shape) or (alike.pop() if len(alike) == 1 else UNNAMED)


def _several(number: int, name: str) -> str:
    first, _, rest = name.partition(" ")
    plural = (
        f"{number:,} {first}es" if first.endswith("s") and number != 1 else count(number, first)
    )
    return plural + (f" {rest}" if rest else "")


def _is_of_parameters(product: Product, arrays: Positions) -> bool:
    """Tell whether one factor is made of an array, the other of inputs that are none."""
    return any(one & arrays for one in product.depends) and any(
        one and not one & arrays for one in product.depends
    )


def _shape(kind: str) -> tuple[int, ...]:
    found = SIZES.fullmatch(kind)
    sizes = found[1].split("x")[:-1] if found else []
    return tuple(int(size) if size.isdigit() else 0 for size in sizes)
