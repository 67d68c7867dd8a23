handler = "text"
