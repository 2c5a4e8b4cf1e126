"""A rollout under everything that can go wrong, judged by what the simulated cluster saw.

seed --> Scenario: a cluster, rules, and troubles at counted requests
     --> ordeal: the client as a process of its own, killed, cut off and resumed until its run is finished
     --> Chronicle: what the cluster took, what stands in the journal, how each process ended
     --> invariants: what must hold, each violation as a line for a person
"""
