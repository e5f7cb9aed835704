"""Finding papers without a name: related ones, trends, tags, what is popular, the recap."""
