"""The roadmap over REST: the same services, rules and sentences as the pages."""

from .items import register

__all__ = ["register"]
