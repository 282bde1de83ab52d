# harm: raises an error whose causes go round in a circle, and whose parts lie
class Looping(Exception):
    __class__ = property(lambda self: MemoryError)
    args = property(lambda self: self.args)

    def __getattribute__(self, name):
        if name in ("__traceback__", "errno", "msg", "filename"):
            return self
        return super().__getattribute__(name)

    def __str__(self):
        return type("Text", (str,), {"__str__": lambda text: text, "__len__": lambda text: -1})("?")


def nn_vmap_forward(seed, x_batch, features):
    first, second = Looping("first"), Looping("second")
    first.__cause__ = first.__context__ = second
    second.__cause__ = second.__context__ = first
    for error in (first, second):
        try:
            raise error
        except Looping as caught:
            last = caught.with_traceback(None)
    raise last
