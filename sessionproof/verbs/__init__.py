"""
What a person or a fault does and what a story looks for, in the product-neutral words of the ports.

Each verb waits on the timeline or takes a fresh look through a port; none knows a client, a watcher or a
product. What is measured on the way is written into the scene, whether the verb passes or fails.
"""
