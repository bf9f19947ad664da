"""退回: what a unit gets back: receipt, returned workbook, the next step and who takes it."""
