"""Use case: a whole school at one look. Reads only; rights are asked by a function that is passed in."""
