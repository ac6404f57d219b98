"""Contract v1 over SOAP 1.1. `city.py` is the port; `faults.py` holds their codes and our meaning."""
