// Does nothing, and would say that it did.
