"""
What is kept of a failing instant: who is asked, for how long, and what may be shown.

``Evidence`` asks the providers that the world registered, within a time limit each, and hands back
exhibits with every secret masked. It changes no verdict: a provider that fails is itself an exhibit.
No product, client or report lives here.
"""

from sessionproof.evidence.collection import Evidence, Exhibit, Provider
from sessionproof.evidence.masking import MASK, Masker, mask

__all__ = ["MASK", "Evidence", "Exhibit", "Masker", "Provider", "mask"]
