raise RuntimeError("first\nsecond")
