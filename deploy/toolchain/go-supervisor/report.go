package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"sort"
	"strings"
	"time"
)

const (
	loaded    = "Loaded"
	stoodBack = "StoodBack"
	failed    = "Failed"
)

// outcome is what is reported: one of the three words above, a reason, and a message.
type outcome struct{ outcome, reason, message string }

const (
	endpointVariable   = "OTEL_EXPORTER_OTLP_ENDPOINT"
	attributesVariable = "OTEL_RESOURCE_ATTRIBUTES"
	serviceVariable    = "OTEL_SERVICE_NAME"

	maxMessage  = 256
	sendTimeout = time.Second
	// A collector that is not there yet is tried again, with growing delay, for about an hour.
	firstDelay = 2 * time.Second
	maxDelay   = 5 * time.Minute
	maxTries   = 20
)

// reporter sends outcomes to the collector, as log records of OTLP. Only the latest matters.
type reporter struct {
	endpoint string
	resource []attribute
	version  string
	latest   chan outcome
}

type attribute struct {
	Key   string `json:"key"`
	Value value  `json:"value"`
}
type value struct {
	String string `json:"stringValue"`
}

func text(key, content string) attribute { return attribute{key, value{content}} }

func newReporter(environment []string, version string) *reporter {
	variables := map[string]string{}
	for _, entry := range environment {
		name, content, _ := strings.Cut(entry, "=")
		variables[name] = content
	}
	return &reporter{
		endpoint: variables[endpointVariable],
		resource: resourceOf(variables),
		version:  version,
		latest:   make(chan outcome, 1),
	}
}

func resourceOf(variables map[string]string) []attribute {
	attributes := map[string]string{}
	for _, pair := range strings.Split(variables[attributesVariable], ",") {
		key, content, isPair := strings.Cut(pair, "=")
		if !isPair {
			continue
		}
		if decoded, err := url.PathUnescape(content); err == nil {
			content = decoded
		}
		attributes[strings.TrimSpace(key)] = strings.TrimSpace(content)
	}
	if name := variables[serviceVariable]; name != "" {
		attributes["service.name"] = name
	}
	resource := make([]attribute, 0, len(attributes))
	for key, content := range attributes {
		resource = append(resource, text(key, content))
	}
	sort.Slice(resource, func(i, j int) bool { return resource[i].Key < resource[j].Key })
	return resource
}

// report never waits.
func (r *reporter) report(news outcome) {
	select {
	case <-r.latest:
	default:
	}
	r.latest <- news
}

func (r *reporter) run() {
	for news := range r.latest {
		r.deliver(news)
	}
}

// deliver tries until it succeeds, gives up, or is overtaken.
func (r *reporter) deliver(news outcome) {
	for try, delay := 0, firstDelay; try < maxTries; try, delay = try+1, min(2*delay, maxDelay) {
		if r.send(news, time.Now()) == nil {
			return
		}
		select {
		case news = <-r.latest:
		case <-time.After(delay):
		}
	}
}

func min(a, b time.Duration) time.Duration {
	if a < b {
		return a
	}
	return b
}

func (r *reporter) body(news outcome, now time.Time) []byte {
	message := news.message
	if len(message) > maxMessage {
		message = message[:maxMessage]
	}
	record := map[string]any{
		"timeUnixNano": fmt.Sprint(now.UnixNano()),
		"body":         value{message},
		"attributes": []attribute{
			text("odigos.agent", "go-ebpf"),
			text("odigos.outcome", news.outcome),
			text("odigos.reason", news.reason),
			text("odigos.message", message),
			text("odigos.version", r.version),
		},
	}
	scope := map[string]any{"scope": map[string]string{"name": "odigos.agent"}, "logRecords": []any{record}}
	resource := map[string]any{"resource": map[string]any{"attributes": r.resource}, "scopeLogs": []any{scope}}
	data, _ := json.Marshal(map[string]any{"resourceLogs": []any{resource}})
	return data
}

// send posts by hand: net/http would double the size of this program.
func (r *reporter) send(news outcome, now time.Time) error {
	endpoint, err := url.Parse(r.endpoint)
	if err != nil || endpoint.Scheme != "http" {
		return nil // nobody to report to
	}
	address := endpoint.Host
	if endpoint.Port() == "" {
		address = net.JoinHostPort(endpoint.Hostname(), "80")
	}
	connection, err := net.DialTimeout("tcp", address, sendTimeout)
	if err != nil {
		return err
	}
	defer connection.Close()
	_ = connection.SetDeadline(now.Add(2 * sendTimeout))
	body := r.body(news, now)
	path := strings.TrimSuffix(endpoint.Path, "/") + "/v1/logs"
	head := "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
	if _, err := fmt.Fprintf(connection, head+"%s", path, endpoint.Host, len(body), body); err != nil {
		return err
	}
	answer := make([]byte, len("HTTP/1.1 200"))
	if _, err := io.ReadFull(connection, answer); err != nil {
		return err
	}
	if answer[len(answer)-3] != '2' {
		return fmt.Errorf("the collector answered %s", answer)
	}
	return nil
}
