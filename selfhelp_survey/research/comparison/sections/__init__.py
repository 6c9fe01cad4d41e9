"""The sections of the report: each makes tables and pictures from the samples."""
