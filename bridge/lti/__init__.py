"""LTI 1.3 behind `ports.launches`: plain values in and out. The only room that knows pylti1p3, PyJWT and JSON web keys.

pylti1p3 judges what a message must hold; state, nonce, token, keys and clocks are checked here, because the library
lets replays and tokens without a time pass (docs/adr/0032-launch-checks-are-ours.md).
"""
