# harm: steers the terminal from names of types and functions, and from lines of its own file
def rename(function, name):
    function.__code__ = function.__code__.replace(co_name=name, co_qualname=name)
    return function


def inner():
    raise type("\x1b[2J[bold]\u202eError\n::error::\x9b31m", (Exception,), {})("inner")


inner = rename(inner, "inner\x1b]0;title\x07\r\n::error file=a::named\u202e[red]" + "n" * 10_000)
NAMES = {"\x1b[31m\u2066" + str(number): inner for number in range(200)}
globals().update(NAMES)


def nn_vmap_forward(seed, x_batch, features):
    """[bold]‮not hidden‬ ​::error::[/bold]"""  # and these are in the line itself
    return inner(), "‮⁦::error::⁩ [red]"


nn_vmap_forward = rename(nn_vmap_forward, "::error::\x1b[1mforward")
