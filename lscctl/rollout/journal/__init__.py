"""The journal: what runs meant to do, did and saw, on disk before the cluster hears of it, so that a run can go on after a crash.

    begin, resume (`beginning`) --> Journal, an observer of the run  (`writing`)
    History: all runs, one run, its phones, a phone's story  (`reading`)
    ask_to_stop: a wish from another process  (`wishes`);  prune  (`pruning`);  Lock: one run at a time a cluster  (`lock`)

All of it stands in one SQLite file (`store`, `schema`), for all clusters; several runs may write to it at the same time, so
every transaction is short. Whatever goes wrong with it is a JournalError.
"""
