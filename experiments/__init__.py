"""The questions: running, verifying, explaining and reporting simulations."""
