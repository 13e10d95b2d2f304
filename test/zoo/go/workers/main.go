// Command app starts itself again as workers, which share its port, and waits for them.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func work() {
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/items", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "from a worker") })
	_ = http.Serve(listener, nil)
}

func main() {
	if os.Getenv("WORKER") != "" {
		work()
		return
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		panic(err)
	}
	workers := []*exec.Cmd{}
	for range 2 {
		worker := exec.Command("/proc/self/exe", os.Args[1:]...)
		worker.Env = append(os.Environ(), "WORKER=1")
		worker.ExtraFiles = []*os.File{file}
		worker.Stderr = os.Stderr
		if err := worker.Start(); err != nil {
			panic(err)
		}
		workers = append(workers, worker)
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	<-ended
	for _, worker := range workers {
		_ = worker.Process.Signal(syscall.SIGTERM)
		fmt.Println(worker.Wait())
	}
}
