"""
What sessionproof costs: measured beside plain behave and behavex, and written down as ``docs/benchmarks.md``.

``python -m bench --help``. Every figure is a distribution of samples taken here; a wish is never printed as a
result. What may not live here: anything that the suite itself needs, and any judgement on a platform.
"""
