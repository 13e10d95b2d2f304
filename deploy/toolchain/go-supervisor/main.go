// Command supervisor is the first process of the sidecar for Go. It is always running, so that the sidecar is always
// ready, whatever the agent that it starts does: see supervisor.go.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// version of the agent, set by the build.
var version = "unknown"

const usage = "usage: %s=PATH supervisor AGENT [ARGUMENT...]\n"

func main() {
	// The agent dies with the thread that started it (Pdeathsig), so this thread has to stay.
	runtime.LockOSThread()
	debug.SetGCPercent(20)

	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)

	target := os.Getenv(targetVariable)
	if target == "" || len(os.Args) < 2 {
		// The sidecar stays up all the same: an error in it must not reach the application.
		fmt.Fprintf(os.Stderr, usage, targetVariable)
		for received := range signals {
			if received != syscall.SIGCHLD {
				return
			}
		}
	}
	reports := newReporter(os.Environ(), version)
	go reports.run()
	newSupervisor(defaultSettings(target, os.Args[1:]), os.Stdout, reports.report).run(signals)
}
