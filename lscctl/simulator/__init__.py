"""An embedded CUCM: a cluster that can be broken on purpose, independent of the client it tests."""
