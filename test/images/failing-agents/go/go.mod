module odigos.io/failing-agent

go 1.21
