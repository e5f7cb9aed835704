"""Records, the Store protocol, text analysis and the SQLite store."""
