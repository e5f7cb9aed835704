"""Questions asked in Discord: where they come from, what is remembered, how a model may phrase."""
