"""What each kind of job does: an opened `App` in, callables by kind out. The engines know none of this."""
