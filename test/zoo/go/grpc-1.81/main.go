// Command app serves HTTP; each request calls a gRPC server in the same process, by unary and streaming calls.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func serve() net.Addr {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer()
	services := health.NewServer()
	services.SetServingStatus("items", grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(server, services)
	go func() { _ = server.Serve(listener) }()
	return listener.Addr()
}

func main() {
	connection, err := grpc.NewClient(serve().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		panic(err)
	}
	client := grpc_health_v1.NewHealthClient(connection)
	http.HandleFunc("/check", func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		// What a client with an SDK of its own does: its context arrives in the server.
		if r.URL.Query().Has("propagate") {
			ctx = metadata.AppendToOutgoingContext(ctx, "traceparent", r.Header.Get("traceparent"))
		}
		for range 3 {
			answer, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: r.URL.Query().Get("service")})
			fmt.Fprintln(w, answer.GetStatus(), status.Code(err))
		}
	})
	http.HandleFunc("/watch", func(w http.ResponseWriter, r *http.Request) {
		stream, err := client.Watch(r.Context(), &grpc_health_v1.HealthCheckRequest{Service: "items"})
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		answer, err := stream.Recv()
		fmt.Fprintln(w, answer.GetStatus(), status.Code(err))
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], nil))
}
