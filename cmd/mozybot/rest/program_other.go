//go:build !linux

package rest

func dropProgram() {}
