from sessionproof.hooks import after_step, before_all, before_scenario

__all__ = ["after_step", "before_all", "before_scenario"]
