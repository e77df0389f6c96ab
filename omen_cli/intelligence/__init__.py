"""The intelligence layer: facts become metrics and recommendations; pure, no clock, no disk."""
