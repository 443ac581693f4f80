"""What the files that people edit must hold, and what is wrong with them."""
