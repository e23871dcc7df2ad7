"""
The one record of what was seen while a story was lived.

A timeline is append-only and knows no source, product or verb: watchers record into it, waits subscribe
to it, reports read it. Judging and drawing do not live here.
"""

from sessionproof.model.clock import Moment
from sessionproof.timeline.entries import STORY, Change, Entry, Seen, SourceState, Span, Subject
from sessionproof.timeline.recording import Timeline

__all__ = ["STORY", "Change", "Entry", "Moment", "Seen", "SourceState", "Span", "Subject", "Timeline"]
