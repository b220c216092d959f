//go:build !linux

package main

import "io"

// Only Linux has containers with a first process of their own.
func asInit() bool               { return false }
func runUnderInit(io.Writer) int { return exitFailed }
