# harm: steers the terminal from an exception's message
ESCAPES = [
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZWNobyBoaQ==\x07",
    "\x1b[31maccepted\x1b[0m",
    "\x9b32m",
    "\x90q\x9c",
    "\x1bc",
    "\x1b[6n",
    "\x7f\x08\x08\x08\x0e\x0f",
    "\x1b]8;;http://127.0.0.1/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[?1049h\x1b[10A",
]


def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError("\n".join(ESCAPES))
