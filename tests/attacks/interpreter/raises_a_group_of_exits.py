# harm: raises every exception that ends an interpreter, in a group nested in groups
def nn_vmap_forward(seed, x_batch, features):
    error = BaseExceptionGroup(
        "", [SystemExit(0), KeyboardInterrupt(), GeneratorExit(), StopIteration(1), EOFError()]
    )
    for depth in range(50_000):
        error = BaseExceptionGroup(str(depth), [error])
    error.add_note("accepted")
    raise error
