"""What the pages of decisions show, put together from reads and methods."""
