"""
What verbs may ask of a product, as small protocols: an adapter implements those its product can bear.

No product, client or story lives here. A rare ability is a protocol of its own; a target that declares
the matching capability is expected to have it.
"""
