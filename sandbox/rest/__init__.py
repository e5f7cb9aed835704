"""The REST API, one file per resource; `routing` has what they share."""
