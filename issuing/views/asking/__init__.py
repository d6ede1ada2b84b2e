"""The pages that learners open without an account."""
