"""Questions and answers (hỏi đáp)."""
