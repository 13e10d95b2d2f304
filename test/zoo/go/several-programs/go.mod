module example.com/zoo/app

go 1.25.0
