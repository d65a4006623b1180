"""The line reader's training: lines composed on the fly, a network that finds digits in them, its export."""
