"""Files and what they mean: studies, readers, scales, privacy."""
