"""What Discord checks in a body, each fault with its path, code and sentence."""
