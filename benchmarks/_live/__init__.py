"""Clusters of the simulator with faults in them, diagnosed live over their doors, and judged by the simulator's own truth."""
