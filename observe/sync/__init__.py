"""The shared folder: its files, their seal, who may write what. Knows `domain` only; `services` wires it to the log."""
