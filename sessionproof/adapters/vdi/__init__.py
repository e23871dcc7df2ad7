"""The VDI operator's wire: ``VDISession`` and ``VDITemplate`` of ``vdi.kasm.io/v1alpha1``."""
