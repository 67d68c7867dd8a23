raise ImportError("on purpose")
