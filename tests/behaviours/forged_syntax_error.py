# verdict: invalid_submission
# says: importing the file raised SyntaxError: forged (line 10)
class Equal(str):
    def __eq__(self, other):
        return True


error = SyntaxError("forged")
error.filename, error.lineno = Equal(), "three"
raise error
