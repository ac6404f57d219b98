"""A stand-in city education database: contract v1 over SOAP, with its own SQLite file. Imports nothing of the bridge.

python -m sandbox.city --state FILE --world FILE      as its own process
with running(worlds=[world]) as city: city.soap       in a thread, for tests
"""
