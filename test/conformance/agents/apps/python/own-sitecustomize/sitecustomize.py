print("sitecustomize of the application")
