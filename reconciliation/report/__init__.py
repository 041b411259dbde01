"""What a run says: for people (HTML, XLSX, CSV), for scripts (JSON, metrics), for the gateway."""
