"""Commands for whoever installs and operates."""
