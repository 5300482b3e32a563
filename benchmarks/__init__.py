"""Speed of the column engine against plain Mesa objects, and of the full model."""
