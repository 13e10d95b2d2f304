//go:build cgo

package main

// int answer(void) { return 42; }
import "C"

var Answer = int(C.answer())
