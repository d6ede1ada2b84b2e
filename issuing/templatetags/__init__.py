"""What templates may do beside what Django gives them."""
