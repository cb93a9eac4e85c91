"""The register from a table: read, held against what is here, taken in, taken back."""
