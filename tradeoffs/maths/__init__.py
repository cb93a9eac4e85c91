"""Methods on plain values: no Django here. Each function names its source."""
