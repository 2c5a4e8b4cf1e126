"""The doors of a cluster, one file each: AXL and what carries it, the inventory, registration, services, trust files."""
