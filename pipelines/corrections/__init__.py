"""What a correction changes after publication: numbers, charts, sentences, later returns."""
