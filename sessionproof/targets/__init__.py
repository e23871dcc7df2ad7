"""
How a target's cluster is reached, and whether it has what the stories need.

A cluster is embedded, known by its kubeconfig, or one that kind made; whatever it is, the rest of the suite
gets a :class:`Place`. :func:`found_fit` looks before anything is made and names all that is missing at once.
What may not live here: products, scenarios, and whatever changes a cluster but for the loading of images.
"""

from sessionproof.targets.addresses import (
    EMBEDDED,
    access_to,
    address_of,
    embedded,
    embedded_addresses,
    known,
)
from sessionproof.targets.fitness import Needs, Unfit, examine, found_fit
from sessionproof.targets.images import load_images
from sessionproof.targets.ingress import Ingress
from sessionproof.targets.reaching import Place, ProcessOf
from sessionproof.targets.rights import Right

__all__ = [
    "EMBEDDED",
    "Ingress",
    "Needs",
    "Place",
    "ProcessOf",
    "Right",
    "Unfit",
    "access_to",
    "address_of",
    "embedded",
    "embedded_addresses",
    "examine",
    "found_fit",
    "known",
    "load_images",
]
