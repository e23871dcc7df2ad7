"""What behave calls around the stories; all of it lives in ``sessionproof.hooks``."""

from behave import register_type

from sessionproof import words
from sessionproof.hooks import after_step, before_all, before_scenario

__all__ = ["after_step", "before_all", "before_scenario"]

register_type(**words.converters())
