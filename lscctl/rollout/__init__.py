"""The rollout: carry a plan out at a cluster, watch CAPF, tell what happens as events. It prints nothing."""
