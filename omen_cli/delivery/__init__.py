"""Messages on their way: a server or a folder takes one, and what it answered."""
