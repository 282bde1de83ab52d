# harm: steers the terminal, and whatever reads the report, from printed text
import os
import sys

print("\x1b[2J\x1b[Hcleared\x1b]8;;http://127.0.0.1/\x1b\\link\x1b]8;;\x1b\\")
print("\x1b]0;title\x07\x9b31m\x90q\x9c\x85\x0c\x0b\x1c\x1d\x1e next")
print("[bold red]markup[/bold red] [link=http://127.0.0.1/]link[/link]", file=sys.stderr)
os.write(1, b"\xff\xfe\x80\x1b[31m\xc0\xaf\xed\xa0\x80 \x00 \xc2\x9b32m\n")


def nn_vmap_forward(seed, x_batch, features):
    raise RuntimeError("see what was printed")
