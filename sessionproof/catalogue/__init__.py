"""
The declarative index: what ``scenarios.yaml`` and ``requirements.yaml`` say, as frozen values.

``load()`` reads both files and returns a :class:`Catalogue`. Whatever names a thing that does not exist
is a :class:`CatalogueError` that gives file, line and the nearest right word. Nothing here reaches a
network, a cluster or a browser, and nothing here knows a step: the catalogue says what is wanted, never how.
"""

from sessionproof.catalogue.entries import (
    Budget,
    Catalogue,
    ClusterReference,
    Labels,
    Persona,
    Priority,
    Requirement,
    Resources,
    Role,
    Suite,
    Target,
    Template,
)
from sessionproof.catalogue.loading import load
from sessionproof.catalogue.places import CatalogueError, Problem
from sessionproof.catalogue.references import Reference
from sessionproof.catalogue.stories import Story, read_features, read_stories, stories_of
from sessionproof.catalogue.tags import check_tags, derived_labels

__all__ = [
    "Budget",
    "Catalogue",
    "CatalogueError",
    "ClusterReference",
    "Labels",
    "Persona",
    "Priority",
    "Problem",
    "Reference",
    "Requirement",
    "Resources",
    "Role",
    "Story",
    "Suite",
    "Target",
    "Template",
    "check_tags",
    "derived_labels",
    "load",
    "read_features",
    "read_stories",
    "stories_of",
]
