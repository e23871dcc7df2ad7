"""One package per product wire. An adapter knows one product and implements ports; it never knows a verb."""
