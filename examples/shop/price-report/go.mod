module shop/price-report

go 1.24
