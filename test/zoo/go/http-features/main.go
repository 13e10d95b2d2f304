// Command app does what probes in a running program could disturb: open-telemetry/opentelemetry-go-instrumentation issues 560 and
// 1128, in which calls ended the program or the agent.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
)

var backend = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s %s %d %q", r.Proto, r.Method, len(r.Header["X-Many"]), r.Header.Get("X-Own"))
}))

var secure = func() *httptest.Server {
	server := httptest.NewUnstartedServer(backend.Config.Handler)
	server.EnableHTTP2 = true
	server.StartTLS()
	return server
}()

func get(r *http.Request, client *http.Client, address string, header http.Header) string {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, address, nil)
	if err != nil {
		return err.Error()
	}
	request.Header = header
	response, err := client.Do(request)
	if err != nil {
		return fmt.Sprintf("%T", err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}

func calls(w http.ResponseWriter, r *http.Request) {
	many := http.Header{}
	for number := 0; number < 60; number++ {
		many.Add("X-Many", strings.Repeat("m", number))
		many.Set(fmt.Sprintf("X-%d", number), "a")
	}
	for _, header := range []http.Header{nil, {}, {"X-Own": {"7"}}, many, {"Traceparent": {"none"}}} {
		fmt.Fprintln(w, get(r, http.DefaultClient, backend.URL, header))
		fmt.Fprintln(w, get(r, secure.Client(), secure.URL, header.Clone()))
	}
	fmt.Fprintln(w, get(r, http.DefaultClient, "http://127.0.0.1:1/", http.Header{}))
}

func concurrent(w http.ResponseWriter, r *http.Request) {
	var group sync.WaitGroup
	var lock sync.Mutex
	answers := map[string]int{}
	for number := 0; number < 400; number++ {
		group.Add(1)
		go func(client *http.Client, address string) {
			defer group.Done()
			answer := deep(40, func() string { return get(r, client, address, http.Header{"X-Own": {"c"}}) })
			lock.Lock()
			defer lock.Unlock()
			answers[answer]++
		}([]*http.Client{http.DefaultClient, secure.Client()}[number%2], []string{backend.URL, secure.URL}[number%2])
	}
	group.Wait()
	fmt.Fprintln(w, answers)
}

// deep lets the stack grow, and move, beneath the call.
func deep(depth int, action func() string) string {
	var room [512]byte
	if depth == 0 {
		return action()
	}
	room[depth] = byte(depth)
	return deep(depth-1, action) + strings.Repeat("x", int(room[depth])-depth)
}

func hijacked(w http.ResponseWriter, _ *http.Request) {
	connection, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer connection.Close()
	_ = bufio.NewWriter(buffer).Flush()
	_, _ = buffer.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmine")
	_ = buffer.Flush()
}

func panics(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func main() {
	target, _ := url.Parse(backend.URL)
	http.Handle("/proxied/", httputil.NewSingleHostReverseProxy(target))
	http.HandleFunc("/calls", calls)
	http.HandleFunc("/concurrent", concurrent)
	http.HandleFunc("/hijacked", hijacked)
	http.HandleFunc("/panics", panics)
	http.HandleFunc("/recovers", func(w http.ResponseWriter, r *http.Request) {
		defer func() { fmt.Fprint(w, "recovered ", recover()) }()
		panics(w, r)
	})
	http.Handle("/early", http.TimeoutHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), 1, "late"))
	go func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		<-stop
		os.Exit(3)
	}()
	fmt.Println(http.ListenAndServe(os.Args[1], nil))
}
