print("the application's own uuid")
