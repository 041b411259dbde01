"""What happens to a message between "accepted" and "done"."""
