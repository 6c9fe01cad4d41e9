"""The report written down: a page, pictures, tables, all numbers, and a script that fits the models again."""
