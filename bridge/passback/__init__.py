"""Use case: scores into the LMS's gradebook, through an outbox. It never overwrites what a person entered there."""
