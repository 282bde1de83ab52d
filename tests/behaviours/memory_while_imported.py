# verdict: memory_limit_exceeded
# says: importing the file ran out of memory
x = bytearray(100_000_000_000)
