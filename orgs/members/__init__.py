"""Members in the browser: their forms, the acts on them, and their days."""
