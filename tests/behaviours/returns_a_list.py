# verdict: wrong_answer
# says: returned a list
def nn_vmap_forward(seed, x_batch, features):
    return [0.0] * (x_batch.shape[0] * features)
