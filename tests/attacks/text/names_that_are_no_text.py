# harm: puts NUL and lone surrogates into messages, names and printed text
import os
import sys

sys.stdout.reconfigure(errors="surrogatepass")
print("\0\ud800\udfff\x00 printed")
os.write(2, b"\x00" * 1000 + b"\xed\xa0\x80\xf8\x88\n")


class Odd(str):
    def __str__(self):
        return self

    def __len__(self):
        return 5

    def __getitem__(self, key):
        return "\ud800" * 10_000_000


def nn_vmap_forward(seed, x_batch, features):
    raise type("E", (Exception,), {"__str__": lambda self: Odd("\0\ud83d\0\ude00")})()


code = nn_vmap_forward.__code__
nn_vmap_forward.__code__ = code.replace(co_name="\0\udc80" * 50, co_qualname="\ud800")
