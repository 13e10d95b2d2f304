raise RuntimeError("sitecustomize of the application")
