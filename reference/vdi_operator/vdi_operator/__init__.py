"""
The reference VDI operator: a ``VDISession`` becomes a running desktop, and deleting it removes everything.

Read it in this order: `settings`, `sessions` (what is asked for), `naming`, `objects` (what is made),
`phases` (what the observed objects mean), `reconciling` and `cleaning` (the two things done to a
session), `handlers` (when they are done). `objects`, `phases`, `naming`, `quantities` and `sessions` are pure
and know neither kopf nor the network; no other module judges a phase or builds a manifest.
"""
