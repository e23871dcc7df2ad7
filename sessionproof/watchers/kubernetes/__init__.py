"""
Watching a namespace once per process and telling the timeline of whichever scenario is running.

Watches observe: they change nothing, judge nothing, and no verb calls them to make something happen.
"""

from sessionproof.watchers.kubernetes.hub import WATCHED, Attachment, Hub

__all__ = ["WATCHED", "Attachment", "Hub"]
