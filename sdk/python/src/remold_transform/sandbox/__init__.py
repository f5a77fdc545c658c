"""What is needed inside the sandbox only: imports, exports, and what Python finds there in place of a system."""
