"""The tiny model: its tokenizer, what it sees, the texts and conversations that it learns from, and how it learns."""
