"""Many runs and their proof: batches, verification, differences, bundles, the index."""
