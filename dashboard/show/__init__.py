"""The tabs of the page: one component each."""
