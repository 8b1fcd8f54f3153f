"""Proofs under faults: processes killed while citizens write and servants answer."""
