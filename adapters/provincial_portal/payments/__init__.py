"""Money at the portal: what it asks for, what it is told, and what a dossier must pay."""
