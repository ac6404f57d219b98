"""All HTTP: pages, the LTI blueprint, and what stands before them. Thin; nothing is built, read or opened at import."""
