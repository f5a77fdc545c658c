"""An in-memory stand-in of the host, for unit tests: the functions of the WIT contract over plain Python data.

It is a test double. It has the host's semantics for records and their parts, knows no limits, and writes nothing: what
proves a transform is `remold test`, which runs it in the sandbox.
"""
