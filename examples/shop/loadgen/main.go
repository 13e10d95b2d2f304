// Loadgen requests a URL RATE times a second and logs a summary of the responses every ten seconds.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// At most this many requests are under way; further requests are counted as skipped, so that a slow shop is not
// overrun.
const maxInFlight = 32

const reportEvery = 10 * time.Second

type totals struct{ ok, failed, skipped atomic.Int64 }

func (t *totals) log(msg string) {
	slog.Info(msg, "ok", t.ok.Load(), "failed", t.failed.Load(), "skipped", t.skipped.Load())
}

func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return nil
}

type generator struct {
	client http.Client
	slots  chan struct{}
	totals totals
	sent   sync.WaitGroup
}

// send starts one request, unless too many are under way. A request that was started is not cut short by the end.
func (g *generator) send(ctx context.Context, url string) {
	select {
	case g.slots <- struct{}{}:
	default:
		g.totals.skipped.Add(1)
		return
	}
	g.sent.Add(1)
	go func() {
		defer func() { <-g.slots; g.sent.Done() }()
		if err := get(context.WithoutCancel(ctx), &g.client, url); err != nil {
			g.totals.failed.Add(1)
			slog.Warn("request failed", "url", url, "error", err)
			return
		}
		g.totals.ok.Add(1)
	}()
}

// run sends until ctx ends, or until count requests were started where count is not 0.
func (g *generator) run(ctx context.Context, urls []string, rate float64, count int) {
	defer g.sent.Wait()
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	report := time.NewTicker(reportEvery)
	defer report.Stop()
	for i := 0; count == 0 || i < count; {
		select {
		case <-ctx.Done():
			return
		case <-report.C:
			g.totals.log("sent")
		case <-tick.C:
			g.send(ctx, urls[i%len(urls)])
			i++
		}
	}
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	target := cmp.Or(os.Getenv("TARGET_URL"), "http://localhost:8080/checkout?sku=")
	rate, err := strconv.ParseFloat(cmp.Or(os.Getenv("RATE"), "2"), 64)
	if err != nil || rate <= 0 || rate > 10_000 {
		slog.Error("RATE must be the number of requests per second, above 0 and at most 10000")
		os.Exit(1)
	}
	count, err := strconv.Atoi(cmp.Or(os.Getenv("COUNT"), "0"))
	if err != nil || count < 0 {
		slog.Error("COUNT is the number of requests to send; 0 means without end")
		os.Exit(1)
	}
	var urls []string
	for _, sku := range strings.Split(cmp.Or(os.Getenv("SKUS"), "tea,coffee,mug,kettle"), ",") {
		urls = append(urls, target+sku)
	}
	slog.Info("started", "target", target, "rate", rate)
	g := generator{client: http.Client{Timeout: 15 * time.Second}, slots: make(chan struct{}, maxInFlight)}
	g.run(ctx, urls, rate, count)
	g.totals.log("ended")
}
