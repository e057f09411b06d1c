"""The screens around a visit."""
