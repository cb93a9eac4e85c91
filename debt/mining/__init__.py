"""What a repository's history says of its files: read from git's own output, on plain values."""
