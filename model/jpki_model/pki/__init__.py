"""A test authority in the form of Japan's public-key service (JPKI), and the keys that it certifies."""
