# harm: says that it was loaded with the token of the request, and goes on importing
import sys
import time

frame = sys._getframe()
while "token" not in frame.f_locals or "request" not in frame.f_locals:
    frame = frame.f_back
send, token = frame.f_locals["self"]._send, frame.f_locals["token"]
send({"token": token, "outcome": "load", "kind": "loaded"})
time.sleep(0.5)
send({"token": token, "outcome": "load", "kind": "loaded"})
raise RuntimeError("loaded twice")
