# harm: says that its walls do not stand, so that the judge blames itself or starts weaker ones
import sys

frame = sys._getframe()
while "request" not in frame.f_locals:
    frame = frame.f_back
send = frame.f_locals["self"]._send
send({"outcome": "unwalled", "reason": "seccomp: Function not implemented"})
send({"outcome": "ready", "versions": {}, "walls": [], "open": []})
raise RuntimeError("said")
