"""How the print of a page becomes paragraphs: lines, columns, boxes, tables, headings, numbers, furniture."""
