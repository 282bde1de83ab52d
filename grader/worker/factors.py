"""What a program multiplies: which values, made of which of its arguments, and how they run."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value: its name, and on which arguments of the program it depends."""

    name: str
    depends: frozenset[int]


@dataclass(frozen=True, slots=True)
class Operand:
    """A value where it is used, and its type there."""

    value: Value
    type: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product of two values: over which dimensions, of which types, made of which arguments.

    Dimensions are pairs, of the one and of the other: those that run side by side, the `batch`,
    and those that are summed over. `names` tell the factors apart.
    """

    batch: Pairs
    summed: Pairs
    names: tuple[str, ...]
    types: tuple[str, ...]
    depends: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A value, seen through broadcasts, that is multiplied by one made of other arguments."""

    type: str
    depends: frozenset[int]
    meets: frozenset[int]


@dataclass
class Factors:
    """Collects the products of a program and the values that are multiplied, as it is read."""

    _products: dict[str, Product] = field(default_factory=dict)  # by the name of what came of it
    _uses: dict[tuple[str, str], Use] = field(default_factory=dict)  # likewise, and of the value
    _origins: dict[str, Operand] = field(default_factory=dict)  # of what was spread out, by name

    def note_spread(self, result: Value, operand: Operand) -> None:
        """Take note that a value is another one, its entries repeated or in another order."""
        self._origins[result.name] = self._origin(operand)

    def is_spread(self, value: Value) -> bool:
        """Tell whether a value was noted to be another one, spread."""
        return value.name in self._origins

    def note_multiplied(self, result: Value, operands: Sequence[Operand]) -> None:
        """Take note of the operands of a product of any kind that are made of less than it is."""
        for one in operands:
            if one.value.depends and one.value.depends != result.depends:
                origin = self._origin(one)
                use = Use(origin.type, origin.value.depends, result.depends)
                self._uses[result.name, origin.value.name] = use

    def note_product(
        self, result: Value, batch: Pairs, summed: Pairs, operands: Sequence[Operand]
    ) -> None:
        """Take note of a product of two that is summed over dimensions, or over none."""
        self._products[result.name] = Product(
            batch,
            summed,
            tuple(one.value.name for one in operands),
            tuple(one.type for one in operands),
            tuple(one.value.depends for one in operands),
        )

    def products(self, used: Collection[str]) -> tuple[Product, ...]:
        """Return the products that are among the values `used`."""
        return tuple(one for name, one in self._products.items() if name in used)

    def uses(self, used: Collection[str]) -> tuple[Use, ...]:
        """Return each value that is multiplied, once, if what comes of it is among those `used`."""
        found: dict[str, Use] = {}
        for (result, name), use in self._uses.items():
            if result in used:
                before = found.get(name, use)
                found[name] = replace(use, meets=use.meets | before.meets)
        return tuple(found.values())

    def _origin(self, operand: Operand) -> Operand:
        return self._origins.get(operand.value.name, operand)
