"""The tamper-evident log: entries now; sealing, proofs and the verifier later. It has no pages or API of its own."""
