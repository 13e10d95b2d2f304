// Price-report is a batch job: for some seconds it queries its own small price server, then prints a summary and ends.
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

var prices = map[string]int{"tea": 450, "coffee": 690, "mug": 1250, "kettle": 3900}

func servePrice(w http.ResponseWriter, r *http.Request) {
	_ = json.NewEncoder(w).Encode(map[string]int{"amount": prices[r.PathValue("sku")]})
}

func fetchPrice(base, sku string) (int, error) {
	response, err := http.Get(base + "/prices/" + sku)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var price struct{ Amount int }
	err = json.NewDecoder(response.Body).Decode(&price)
	return price.Amount, err
}

// report queries every price once a round, until the given time has elapsed, and counts the requests.
func report(base string, until time.Time, every time.Duration) (requests int, err error) {
	for time.Now().Before(until) {
		for sku := range prices {
			if _, err := fetchPrice(base, sku); err != nil {
				return requests, fmt.Errorf("price of %s: %w", sku, err)
			}
			requests++
		}
		time.Sleep(every)
	}
	return requests, nil
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	seconds, err := strconv.Atoi(cmp.Or(os.Getenv("REPORT_SECONDS"), "20"))
	if err != nil || seconds < 0 {
		slog.Error("REPORT_SECONDS is how long the report takes, in seconds")
		os.Exit(1)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		slog.Error("cannot listen", "error", err)
		os.Exit(1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /prices/{sku}", servePrice)
	go func() { _ = http.Serve(listener, mux) }()

	slog.Info("report started", "seconds", seconds)
	until := time.Now().Add(time.Duration(seconds) * time.Second)
	requests, err := report("http://"+listener.Addr().String(), until, 500*time.Millisecond)
	if err != nil {
		slog.Error("report failed", "error", err)
		os.Exit(1)
	}
	slog.Info("report done", "requests", requests)
}
