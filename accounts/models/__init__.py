"""Platforms, accounts and what they did."""

from accounts.models.account import Account, Snapshot
from accounts.models.link import Link
from accounts.models.observation import Observation, Post
from accounts.models.platform import Platform
from accounts.models.topic import Activity, Topic, TrackedAccount

__all__ = ["Account", "Activity", "Link", "Observation", "Platform", "Post", "Snapshot", "Topic", "TrackedAccount"]
