# verdict: runtime_error
# says: Surprise: boo
class Surprise(BaseException):
    pass


def nn_vmap_forward(seed, x_batch, features):
    raise Surprise("boo")
