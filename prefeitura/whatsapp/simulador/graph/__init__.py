"""The Graph API's own endpoints: one module per family, `porta` is the only way in."""
