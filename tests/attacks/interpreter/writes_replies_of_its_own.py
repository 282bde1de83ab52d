# harm: answers the judge itself, with the token of the request
import sys


def nn_vmap_forward(seed, x_batch, features):
    frame = sys._getframe(1)
    send, token = frame.f_locals["self"]._send, frame.f_locals["token"]
    evidence = {"variables": [], "reads": [], "overflowed": False}
    send({"token": token, "outcome": "accepted", "evidence": evidence})
    send({"token": token, "outcome": "loaded", "kind": "loaded"})
    raise RuntimeError("answered twice")
