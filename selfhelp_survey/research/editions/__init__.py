"""Editions: files that are made from released files alone, never from responses."""
