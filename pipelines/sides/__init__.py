"""Rows that two units answer for: who the partner is, what each side says, what was confirmed."""
