# verdict: invalid_submission
# says: line 10: importing the file raised SyntaxError: forged
class Equal(str):
    def __eq__(self, other):
        return True


error = SyntaxError("forged")
error.filename, error.lineno = Equal(), "three"
raise error
