"""Survey measures: indices, waves, weights, and what moves them."""
