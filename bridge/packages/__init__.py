"""Packages of learning materials: the one room that knows `content_packager`, behind `bridge.ports.materials`."""
