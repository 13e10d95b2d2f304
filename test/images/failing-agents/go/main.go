// Command failing-agent stands for the eBPF agent in its sidecar, and fails as the name of the service says.
package main

import (
	"fmt"
	"os"
	"time"
)

func say(level, text string) { fmt.Fprintf(os.Stderr, `{"level":%q,"msg":%q}`+"\n", level, text) }

func load() { say("INFO", "instrumentation loaded successfully, starting...") }

// eat takes memory, for ever.
func eat() {
	var taken [][]byte
	for {
		megabyte := make([]byte, 1<<20)
		for at := 0; at < len(megabyte); at += 4096 {
			megabyte[at] = 1
		}
		taken = append(taken, megabyte)
	}
}

func main() {
	switch os.Getenv("OTEL_SERVICE_NAME") {
	case "exits":
		return
	case "unreadable":
		say("ERROR", "failed to find offset")
		return
	case "gulps":
		eat()
	case "mute":
		load()
	}
	time.Sleep(time.Hour)
}
