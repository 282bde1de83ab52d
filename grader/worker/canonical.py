"""Reads a program, which may be hostile, and brings it into a form that says what it computes.

Each value of a StableHLO module gets a name made of the operation that computes it, its attributes
and its type, and the names of what it is computed from: two values of one name are the same. So
the names of functions, calls instead of their bodies, the order of lines, copies and dead code make
no difference. What is not known to be pure is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import bindings
from .bindings import ir, stablehlo
from .factors import Factors, Operand, Product, Use, Value

MAX_VALUES = 20_000  # of one program, calls replaced by what they call
MAX_CALLS = 100  # inside each other
MAX_TEXT = 1 << 20  # characters of one value's attributes: a constant may be an array
MAX_FACTORS = 2_000  # products, and values multiplied, of those the answer is computed from
SPREAD = frozenset({"stablehlo.broadcast_in_dim", "stablehlo.dynamic_broadcast_in_dim"})
RESHAPE = frozenset({"stablehlo.reshape", "stablehlo.dynamic_reshape"})
RETURNS = frozenset({"func.return", "stablehlo.return"})
CALLS = {"func.call": "callee", "stablehlo.composite": "decomposition"}  # the attribute with whom
ASSERTS = "shape_assertion"  # what `jax.export` puts in front: sizes are 1 or more
COMMUTE = frozenset(
    f"stablehlo.{name}" for name in ("add", "and", "maximum", "minimum", "multiply", "or", "xor")
)
MULTIPLY = "stablehlo.multiply"
NO_CHANGE = frozenset({"stablehlo.convert", "stablehlo.reshape"})  # from a type to the same
# Attributes that say how a value is to be laid out, or where it came from.
SILENT = frozenset({"mhlo.frontend_attributes", "mhlo.sharding", "jax.result_info"})
# Of products: what is written in another way, and what makes no difference on a CPU.
OF_PRODUCTS = SILENT | {"dot_dimension_numbers", "precision_config"}
PURE = COMMUTE | frozenset(
    f"stablehlo.{name}"
    for name in (
        *("abs", "atan2", "bitcast_convert", "broadcast_in_dim", "case", "cbrt", "ceil", "clamp"),
        *("compare", "complex", "concatenate", "constant", "convert", "convolution", "cosine"),
        *("count_leading_zeros", "divide", "dot_general", "dynamic_broadcast_in_dim"),
        *("dynamic_conv", "dynamic_gather", "dynamic_iota", "dynamic_pad", "dynamic_reshape"),
        *("dynamic_slice", "dynamic_update_slice", "exponential", "exponential_minus_one", "fft"),
        *("floor", "gather", "get_dimension_size", "get_tuple_element", "if", "imag", "iota"),
        *("is_finite", "log", "log_plus_one", "logistic", "map", "negate", "not"),
        *("optimization_barrier", "pad", "popcnt", "power", "real", "real_dynamic_slice"),
        *("reduce", "reduce_precision", "reduce_window", "remainder", "reshape", "reverse"),
        *("rng_bit_generator", "round_nearest_afz", "round_nearest_even", "rsqrt", "scatter"),
        *("select", "select_and_scatter", "shift_left", "shift_right_arithmetic"),
        *("shift_right_logical", "sign", "sine", "slice", "sort", "sqrt", "subtract", "tan"),
        *("tanh", "transpose", "triangular_solve", "tuple", "while"),
    )
)


class RefusedError(Exception):
    """The program has something in it that is not judged; the text says what."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """What a program computes: a name for all its results, its lines, and what is in them."""

    name: str
    lines: tuple[str, ...]
    products: tuple[Product, ...]
    uses: tuple[Use, ...]


def read(program: bytes, kept: Sequence[int]) -> Canonical:
    """Bring a program into its canonical form; `kept` are the arguments that it takes.

    Raises:
      RefusedError: it cannot be read, is too large, or does what is not judged.
    """
    if not bindings.CAN_READ:
        raise RefusedError("this jaxlib has not what reads programs")
    with bindings.context():
        try:
            module = bindings.parse(program)
        except bindings.UnreadableError as error:
            raise RefusedError(str(error)) from error
        return _Reader(module).read(kept)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of what is multiplied, and its dimensions in the order that a transposition gave them."""

    operand: Operand
    order: Sequence[int]


@dataclass
class _Reader:
    module: Any
    lines: dict[str, str] = field(default_factory=dict)  # by name, in order of computation
    factors: Factors = field(default_factory=Factors)
    values: int = 0
    calls: int = 0  # that this one is inside of
    transposed: dict[str, _Side] = field(default_factory=dict)  # by the name of the result

    def __post_init__(self) -> None:
        self.functions = {
            ir.StringAttr(op.attributes["sym_name"]).value: op.regions[0].blocks[0]
            for op in self.module.body.operations
            if op.operation.name == "func.func"
        }

    def read(self, kept: Sequence[int]) -> Canonical:
        main = self.functions.get("main")
        if main is None or len(main.arguments) != len(kept):
            raise RefusedError("it has no function main that takes its arguments")
        given = [
            self._value(f"argument {position} : {argument.type}", frozenset({position}))
            for position, argument in zip(kept, main.arguments, strict=True)
        ]
        results = self._block(main, given, {}, 0)
        used = self._reach(results)
        lines = [f"{name} = {text}" for name, text in self.lines.items() if name in used]
        whole = hashlib.sha256(" ".join(value.name for value in results).encode()).hexdigest()
        products, uses = self.factors.products(used), self.factors.uses(used)
        if max(len(products), len(uses)) > MAX_FACTORS:
            raise RefusedError(f"it multiplies more than {MAX_FACTORS:,} values")
        return Canonical(whole, tuple(lines), products, uses)

    def _block(
        self, block: Any, given: Sequence[Value], outer: Mapping[Any, Value], depth: int
    ) -> list[Value]:
        """Return what a block returns; `outer` are the values around it, `depth` its regions."""
        known = dict(outer)
        known.update(zip(block.arguments, given, strict=True))
        for view in block.operations:
            operation = view.operation
            operands = [known[one] for one in operation.operands]
            if operation.name in RETURNS:
                return operands
            results = self._operation(operation, operands, known, depth)
            known.update(zip(operation.results, results, strict=True))
        return []

    def _operation(
        self, operation: Any, operands: list[Value], known: Mapping[Any, Value], depth: int
    ) -> list[Value]:
        self.values += 1
        if self.values > MAX_VALUES:
            raise RefusedError(f"it has more than {MAX_VALUES:,} operations")
        name = operation.name
        if name in CALLS:
            return self._call(operation.attributes[CALLS[name]], operands, depth)
        if name == "stablehlo.custom_call":
            return self._custom_call(operation)
        if name not in PURE and not name.startswith("chlo."):
            raise RefusedError(f"it has the operation {name}")
        return self._pure(operation, operands, known, depth)

    def _pure(
        self, operation: Any, operands: list[Value], known: Mapping[Any, Value], depth: int
    ) -> list[Value]:
        name = operation.name
        types = [str(result.type) for result in operation.results]
        if name in NO_CHANGE and types == [str(operation.operands[0].type)] and "?" not in types[0]:
            return operands
        regions = [self._region(region, known, depth) for region in operation.regions]
        inner = frozenset().union(*(one.depends for one in operands), *(r[1] for r in regions))
        if name == "stablehlo.get_dimension_size":
            inner = frozenset()  # a size is known before there is an array
        if name == "stablehlo.dot_general":
            return [self._product(operation, operands, types[0], inner)]
        if name == "stablehlo.transpose":
            return [self._transpose(operation, operands[0], types[0])]
        used = _used(operation, operands)
        if name in COMMUTE:
            operands = sorted(operands, key=lambda value: value.name)
        written = f"{name}({', '.join(one.name for one in operands)}){_attributes(operation)}"
        text = f"{written}{''.join(region[0] for region in regions)} : {', '.join(types)}"
        if len(types) == 1:
            value = self._value(text, inner)
            if name == MULTIPLY:
                self.factors.note_multiplied(value, used)
            if name in SPREAD or (name in RESHAPE and self.factors.is_spread(operands[0])):
                self.factors.note_spread(value, used[0])
            return [value]
        whole = self._value(text, inner)
        return [self._value(f"{whole.name}#{number}", inner) for number in range(len(types))]

    def _call(self, symbol: Any, operands: list[Value], depth: int) -> list[Value]:
        callee = self.functions.get(ir.FlatSymbolRefAttr(symbol).value)
        if callee is None or self.calls >= MAX_CALLS:
            raise RefusedError("it calls what it does not define, or itself")
        self.calls += 1
        try:
            return self._block(callee, operands, {}, depth)
        finally:
            self.calls -= 1

    def _custom_call(self, operation: Any) -> list[Value]:
        target = ir.StringAttr(operation.attributes["call_target_name"]).value
        if target == ASSERTS and not len(operation.results):
            return []
        raise RefusedError(f"it calls {target[:100]}, which is not a part of it")

    def _region(
        self, region: Any, known: Mapping[Any, Value], depth: int
    ) -> tuple[str, frozenset[int]]:
        """Return a region's text, in which its own arguments are named after their place."""
        block = region.blocks[0]
        types = [str(argument.type) for argument in block.arguments]
        own = [
            self._value(f"bound {depth}.{number} : {kind}", frozenset())
            for number, kind in enumerate(types)
        ]
        results = self._block(block, own, known, depth + 1)
        inner = frozenset().union(*(value.depends for value in results))
        return f" ({', '.join(types)}) -> ({', '.join(one.name for one in results)})", inner

    def _transpose(self, operation: Any, operand: Value, kind: str) -> Value:
        order = tuple(ir.DenseI64ArrayAttr(operation.attributes["permutation"]))
        [used] = _used(operation, [operand])
        before = self.transposed.get(operand.name)
        if before is not None:  # two in a row are one
            used, order = before.operand, tuple(before.order[number] for number in order)
        if order == tuple(range(len(order))):
            return used.value
        value = self._value(f"transpose({used.value.name}) {order} : {kind}", operand.depends)
        self.transposed[value.name] = _Side(used, order)
        self.factors.note_spread(value, used)
        return value

    def _product(
        self, operation: Any, operands: list[Value], kind: str, depends: frozenset[int]
    ) -> Value:
        """Name a product after what is multiplied, whether or not it was transposed before."""
        found = stablehlo.DotDimensionNumbers(operation.attributes["dot_dimension_numbers"])
        batches = [found.lhs_batching_dimensions, found.rhs_batching_dimensions]
        sums = [found.lhs_contracting_dimensions, found.rhs_contracting_dimensions]
        sides, pairs = [], []
        used = _used(operation, operands)
        for one, array, batch, summed in zip(used, operation.operands, batches, sums, strict=True):
            order: Sequence[int] = range(ir.ShapedType(array.type).rank)
            side = _Side(one, order)
            before = self.transposed.get(one.value.name)
            if before is not None:
                free = [before.order[n] for n in order if n not in (*batch, *summed)]
                if free == sorted(free):  # else the product's own dimensions would be in disorder
                    side, order = before, before.order
            sides.append(side.operand)
            pairs.append(([order[n] for n in batch], [order[n] for n in summed]))
        (batch_one, sum_one), (batch_two, sum_two) = pairs
        batch = tuple(zip(batch_one, batch_two, strict=True))
        summed = tuple(sorted(zip(sum_one, sum_two, strict=True)))
        names = ", ".join(one.value.name for one in sides)
        over = f"batch {list(batch)}, sum {list(summed)}{_attributes(operation, OF_PRODUCTS)}"
        product = self._value(f"product({names}) {over} : {kind}", depends)
        self.factors.note_multiplied(product, used)
        self.factors.note_product(product, batch, summed, sides)
        return product

    def _value(self, text: str, depends: frozenset[int]) -> Value:
        name = _name(text)
        self.lines.setdefault(name, text)
        return Value(name, depends)

    def _reach(self, results: Sequence[Value]) -> set[str]:
        """Return the names of all that the results are computed from."""
        left, found = [value.name for value in results], set[str]()
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += _names_in(self.lines[name])
        return found


def _used(operation: Any, values: Sequence[Value]) -> list[Operand]:
    """Return the values as an operation takes them."""
    kinds = (str(one.type) for one in operation.operands)
    return [Operand(value, kind) for value, kind in zip(values, kinds, strict=True)]


def _attributes(operation: Any, known: frozenset[str] = SILENT) -> str:
    names = sorted(name for name in operation.attributes if name not in known)
    text = ", ".join(f"{name} = {operation.attributes[name]}" for name in names)
    if len(text) > MAX_TEXT:
        raise RefusedError("it has a constant that is too large")
    return f" {{{text}}}" if text else ""


def _name(text: str) -> str:
    return "%" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _names_in(text: str) -> Iterator[str]:
    for part in text.split("%")[1:]:
        yield "%" + part[:32]
