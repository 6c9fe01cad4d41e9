"""Looking for marker texts that must not have been written anywhere. Pure: bytes in, places out."""
