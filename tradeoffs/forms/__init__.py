"""What people type about decisions, read and refused in their words."""
