"""The embedded learning record store: what xAPI 1.0.3 and cmi5 demand of an LRS, as rules over plain values.

No HTTP here (`bridge/web` has the resources), no SQL (`bridge.ports.statements`). Section numbers are those of the
specification's parts two (Data) and three (Communication); docs/xapi-requirements.md names the test of each.
"""
