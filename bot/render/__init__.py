"""Records to messages: pure, within Discord's limits, one file per layout."""
