// Command app makes many calls of gRPC at once, with metadata: open-telemetry/opentelemetry-go-instrumentation issue 1128, in which
// the program panicked now and then.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

func check(ctx context.Context, client grpc_health_v1.HealthClient, number int) string {
	ctx = metadata.AppendToOutgoingContext(ctx, "x-own", strings.Repeat("m", number%50))
	var trailer metadata.MD
	answer, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: []string{"items", "missing"}[number%2]}, grpc.Trailer(&trailer))
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(answer.Status, len(trailer))
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server, state := grpc.NewServer(), health.NewServer()
	state.SetServingStatus("items", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(server, state)
	go func() { _ = server.Serve(listener) }()
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		panic(err)
	}
	client := grpc_health_v1.NewHealthClient(connection)
	http.HandleFunc("/concurrent", func(w http.ResponseWriter, r *http.Request) {
		var group sync.WaitGroup
		var lock sync.Mutex
		answers := map[string]int{}
		for number := 0; number < 1000; number++ {
			group.Add(1)
			go func(number int) {
				defer group.Done()
				answer := check(r.Context(), client, number)
				lock.Lock()
				defer lock.Unlock()
				answers[answer]++
			}(number)
		}
		group.Wait()
		fmt.Fprintln(w, answers)
	})
	fmt.Println(http.ListenAndServe(os.Args[1], nil))
}
