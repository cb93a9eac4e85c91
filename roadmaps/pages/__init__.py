"""What the pages of the roadmap show, as ready words, rows and drawings."""
