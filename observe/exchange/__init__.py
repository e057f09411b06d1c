"""Files in and out, one module a format. Knows `domain` only; a service wires it to the store."""
