"""The world: its map, its people, its money, its chance and the order of a year."""
