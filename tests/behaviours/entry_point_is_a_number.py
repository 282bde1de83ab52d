# verdict: invalid_submission
# says: nn_vmap_forward is defined, but it is not a function
nn_vmap_forward = 3
