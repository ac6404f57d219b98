"""The contract between a school's bridge and a city's education database: data only, for both sides.

`docs/city-contract.md` explains it. Nothing here is ever fetched from a network.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

NAMESPACE: Final = "urn:csdl-bridge:csdl:v1"
VERSION: Final = "1.0"

_HERE: Traversable = files(__name__)

WSDL: Final = _HERE / "csdl-v1.wsdl"  # single file, schema inline
XSD: Final = _HERE / "csdl-v1.xsd"  # the same schema, for validation
CODES: Final = _HERE / "codes-v1.toml"  # code tables with Vietnamese and English sentences
EXAMPLES: Final = _HERE / "examples"  # requests, replies and faults as XML, and index.toml that names them
