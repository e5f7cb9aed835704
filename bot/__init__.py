"""The paper-digest bot: parsing, delivery, look-ups and rendering."""
