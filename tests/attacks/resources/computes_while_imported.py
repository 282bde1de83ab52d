# harm: never ends being imported
while True:
    pass
