"""Decisions over REST: the same services, rules and sentences as the pages."""
