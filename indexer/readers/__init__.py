"""What draws a page: each reader turns a PDF into sheets; none of them knows what a paragraph is."""
