module example.com/zoo/app

go 1.19
