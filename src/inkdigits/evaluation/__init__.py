"""What a model's answers amount to, and a model over a whole set."""
