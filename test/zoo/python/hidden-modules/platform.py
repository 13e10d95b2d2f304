print("the application's own platform")
