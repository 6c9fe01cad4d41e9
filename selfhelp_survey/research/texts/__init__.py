"""Free texts: taken out of the responses they came in, read one by one by a person, released on their own."""
