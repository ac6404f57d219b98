from tests.packager.build.conftest import browser

__all__ = ["browser"]
