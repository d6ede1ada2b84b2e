"""Every change to what is kept: keyword-only arguments, the actor as `by`, the audit event in the same transaction."""
