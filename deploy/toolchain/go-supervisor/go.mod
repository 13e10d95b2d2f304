module odigos.io/supervisor

go 1.21
