# harm: gives commands to a CI system from the message of an import that fails
print("::error::printed\n::notice title=a::printed")

BREAKS = "x " * 38  # a line of 80 columns goes on after it
raise ImportError(f"::error::at the start\n::warning::at a line's start\n{BREAKS}::error::a")
