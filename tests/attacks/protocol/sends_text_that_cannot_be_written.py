# harm: has text in its answer that cannot be written down, and every key twice
import sys

TEXT = """{"token": "", "token": "%s", "outcome": "raising", "outcome": "other",
"type": "\\ud83d\\udca9\\u0000\\u202e\\n%s", "evidence": {"reads": [], "overflowed": false,
"variables": [["params", ["\\u0000", "..", "/"], [281474976710656], "\\u001b[2J", true]]}}"""


def nn_vmap_forward(seed, x_batch, features):
    frame = sys._getframe(1)
    channel, token = frame.f_locals["self"]._send.__self__, frame.f_locals["token"]
    for half in ("", "\\ud800"):
        text = (TEXT % (token, half)).encode()
        channel._write(channel._replies, channel._wire.PREFIX.pack(b"GRW1", len(text), 0) + text)
    raise RuntimeError("sent")
