"""XLSForm workbooks: read into core values and written back, without loss. Only this package knows openpyxl."""
