"""What maintainers do in the admin: publish, edit texts beside the page, open entries, switch languages off."""
