"""The verbs of the desk: one verb, one function, one transaction that the edge commits."""
