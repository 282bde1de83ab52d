# verdict: wrong_answer
# says: returned a coroutine
async def nn_vmap_forward(seed, x_batch, features):
    return x_batch
