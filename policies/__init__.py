"""What the state prescribes: policies and their dated, sourced parameters."""
