"""Which catalogue a quarter is computed under, and how an earlier one is read again."""
