"""How passages are found, ordered, counted and shown, whatever engine holds them."""
