"""What the contract gives: run `clients/generate`."""
