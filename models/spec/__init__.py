"""What a catalogue entry may say: pydantic, strict and frozen."""
