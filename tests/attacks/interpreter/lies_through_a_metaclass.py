# harm: returns an object whose type lies about its name, and is an instance of all
class Meta(type):
    __name__ = property(lambda cls: 1 / 0)
    __instancecheck__ = __subclasscheck__ = lambda cls, other: True
    __eq__ = lambda cls, other: True
    __hash__ = lambda cls: 0
    mro = lambda cls: [cls, *type.mro(cls)[1:]]

    def __getattribute__(cls, name):
        raise BaseException(name)


def nn_vmap_forward(seed, x_batch, features):
    return type.__call__(Meta, "ndarray", (), {"__module__": "numpy"})()
