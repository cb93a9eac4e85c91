"""Maths of debt on plain values."""
