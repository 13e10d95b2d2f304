// Command app writes messages to a Kafka broker that does not answer.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
)

func main() {
	writer := &kafka.Writer{
		Addr: kafka.TCP("127.0.0.1:9"), Topic: "items", MaxAttempts: 1, BatchTimeout: time.Millisecond,
	}
	http.HandleFunc("/publish", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), time.Second)
		defer cancel()
		message := kafka.Message{Key: []byte("7"), Value: []byte("text")}
		if err := writer.WriteMessages(ctx, message); err != nil {
			fmt.Fprintln(w, "not written, headers", len(message.Headers))
		}
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[1], nil))
}
