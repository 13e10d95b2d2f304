// Command app serves HTTP with the standard library alone, and calls itself.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func items(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{"id": r.URL.Path[len("/items/"):], "query": r.URL.RawQuery})
}

func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Traceparent", r.Header.Get("traceparent"))
	w.WriteHeader(http.StatusCreated)
	_, _ = io.Copy(w, r.Body)
}

// call passes the context of its request on.
func call(w http.ResponseWriter, r *http.Request) {
	request, _ := http.NewRequestWithContext(r.Context(), http.MethodGet, "http://"+os.Args[1]+"/items/inner", nil)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(w, response.Body)
}

func fail(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "it failed", http.StatusInternalServerError)
}

func abort(http.ResponseWriter, *http.Request) { panic("out of order") }

func stream(w http.ResponseWriter, _ *http.Request) {
	for part := 0; part < 3; part++ {
		fmt.Fprintln(w, "part", part)
		w.(http.Flusher).Flush()
	}
}

func main() {
	http.HandleFunc("/items/", items)
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/call", call)
	http.HandleFunc("/fail", fail)
	http.HandleFunc("/stream", stream)
	http.HandleFunc("/recovered", func(w http.ResponseWriter, r *http.Request) {
		defer func() { fmt.Fprint(w, "recovered: ", recover()) }()
		abort(w, r)
	})
	server := &http.Server{Addr: os.Args[1]}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	stopped := make(chan struct{})
	go func() {
		fmt.Println("received", <-ended)
		_ = server.Shutdown(context.Background())
		close(stopped)
	}()
	fmt.Println("serving")
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	<-stopped
	fmt.Println("stopped")
	os.Exit(3)
}
