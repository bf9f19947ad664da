"""How well the signs of formality and the indices hold, measured once a year."""
