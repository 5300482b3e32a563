"""Lessons: one mechanism each, in three steps, with a claim that a test repeats."""
