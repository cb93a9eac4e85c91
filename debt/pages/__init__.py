"""What the pages of debt show, as ready words, rows and drawings."""
