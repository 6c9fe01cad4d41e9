"""An anonymous, multi-page exit survey as a reusable Django app. This package imports nothing on its own."""
