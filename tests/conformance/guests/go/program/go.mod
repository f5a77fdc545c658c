module program

go 1.24

require github.com/remold/remold/sdk/go v0.0.0

replace github.com/remold/remold/sdk/go => ../../../../../sdk/go
