"""From a received file to its findings, and the quarter judged as a whole: the stages in order."""
