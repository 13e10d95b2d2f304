// Pricing knows what everything costs: GET /prices/{sku}.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

type price struct {
	Amount   int    `json:"amount"` // in cents
	Currency string `json:"currency"`
}

var prices = map[string]price{
	"tea":    {450, "EUR"},
	"coffee": {690, "EUR"},
	"mug":    {1250, "EUR"},
	"kettle": {3900, "EUR"},
}

func getPrice(w http.ResponseWriter, r *http.Request) {
	sku := r.PathValue("sku")
	found, ok := prices[sku]
	if !ok {
		writeJSON(w, http.StatusNotFound, map[string]string{"error": "unknown sku"})
		return
	}
	slog.Info("priced", "sku", sku, "amount", found.Amount)
	writeJSON(w, http.StatusOK, found)
}

func getHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		slog.Warn("failed to send the response", "error", err)
	}
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	stopping, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()

	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", getHealth)
	mux.HandleFunc("GET /prices/{sku}", getPrice)
	port := cmp.Or(os.Getenv("PORT"), "8083")
	server := &http.Server{Addr: ":" + port, Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-stopping.Done()
		slog.Info("stopping")
		deadline, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		_ = server.Shutdown(deadline)
	}()

	slog.Info("listening", "port", port, "go", runtime.Version())
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("cannot serve", "error", err)
		os.Exit(1)
	}
	<-stopped
}
