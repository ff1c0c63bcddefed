"""The bundled program beside a bundled window that does nothing."""
