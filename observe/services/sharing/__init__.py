"""Sharing the log through a folder that some other program carries between devices."""
