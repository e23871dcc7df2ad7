"""
A tiny X client that proves what a viewer of a desktop sees.

It draws a stamp of the clock, the session and the input that arrived, in cells of pure black and white, and
writes a log of that input. It knows nothing of transports, viewers or tests: whoever looks at the picture
has a reader of his own.
"""
