"""The life of a quarter: issued, reminded, decided upon, locked; what is due and who owes it."""
