"""Files of materials on a disk, behind `bridge.ports.materials.Shelf`."""
