# harm: gives commands to a CI system that reads what is printed
COMMANDS = [
    "::error file=grader.py,line=1::forged",
    "::add-mask::accepted",
    "::set-output name=points::100",
    "::stop-commands::token",
    "::save-state name=a::b",
    "::group::hidden",
    "##[error]forged",
    "##vso[task.setvariable variable=points]100",
    "%0A::error::encoded%0D",
]
TEXT = "first\n" + "\n".join(COMMANDS) + "\r::error::after a return\u2028::error::after a line"
print(TEXT, flush=True)


def nn_vmap_forward(seed, x_batch, features):
    raise type("::error::Error", (Exception,), {})("\n" + TEXT + "\n\n" + " " * 79 + TEXT)
