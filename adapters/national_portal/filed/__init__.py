"""Dossiers and notices that come from the portal, and what is said there about them."""
