"""
Platforms that are wrong on purpose, and runs that are killed: the suite is itself under test.

Each case runs plain ``behave`` on one story that passes on a healthy platform, with one thing wrong: an operator
with a defect (``sabotage/``: started in the reference operator's place; the reference knows nothing of it) or a
fault done to a session while the story runs. The story must fail, in the step that should notice, and its message
must let a reader tell what happened. A fault that could not be proved fails its case: red alone shows nothing.
"""
