"""What the words of a passage say: wording, negation and its kin, statements of learning, whom they address."""
