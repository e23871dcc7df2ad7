from sessionproof.hooks import after_all, after_step, before_all, before_scenario

__all__ = ["after_all", "after_step", "before_all", "before_scenario"]
