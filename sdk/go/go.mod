module github.com/remold/remold/sdk/go

go 1.24
