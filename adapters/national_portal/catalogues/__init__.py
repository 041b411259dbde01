"""Catalogues: procedures, agencies, fields, services, code lists."""
