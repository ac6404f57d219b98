"""The library of learning materials: bring, judge, approve, find, give out."""
