"""Every Vietnamese word that is not in a template."""
