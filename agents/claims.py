"""Claims: who has a grievance, which channel he takes, and whether he is answered (rules j)."""
