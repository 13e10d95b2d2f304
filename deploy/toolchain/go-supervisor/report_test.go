package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestReport(t *testing.T) {
	requests := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		requests <- r.Method + " " + r.URL.Path + " " + r.Header.Get("content-type") + " " + string(body)
	}))
	defer server.Close()
	reports := newReporter([]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + server.URL,
		"OTEL_RESOURCE_ATTRIBUTES=team=a%2Cb,service.name=other,k8s.pod.name=x",
		"OTEL_SERVICE_NAME=cart",
	}, "v1")
	go reports.run()
	reports.report(outcome{failed, "AgentFailed", strings.Repeat("m", 300)})
	var got string
	select {
	case got = <-requests:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing arrived")
	}
	body, isPost := strings.CutPrefix(got, "POST /v1/logs application/json ")
	if !isPost || !json.Valid([]byte(body)) {
		t.Fatal(got)
	}
	for _, part := range []string{
		`{"key":"service.name","value":{"stringValue":"cart"}}`,
		`{"key":"team","value":{"stringValue":"a,b"}}`,
		`{"key":"odigos.agent","value":{"stringValue":"go-ebpf"}}`,
		`{"key":"odigos.outcome","value":{"stringValue":"Failed"}}`,
		`{"key":"odigos.reason","value":{"stringValue":"AgentFailed"}}`,
		`{"key":"odigos.message","value":{"stringValue":"` + strings.Repeat("m", 256) + `"}}`,
		`{"key":"odigos.version","value":{"stringValue":"v1"}}`,
		`"scope":{"name":"odigos.agent"}`,
	} {
		if !strings.Contains(body, part) {
			t.Errorf("%s is missing in %s", part, body)
		}
	}
}

func TestReportNeverWaits(t *testing.T) {
	reports := newReporter([]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"}, "v1")
	for i := 0; i < 3; i++ {
		reports.report(outcome{loaded, "AgentLoaded", ""})
	}
	if reports.send(outcome{}, time.Now()) == nil {
		t.Fatal("a collector that is not there was not noticed")
	}
	if newReporter(nil, "").send(outcome{}, time.Now()) != nil {
		t.Fatal("without an endpoint there is nobody to report to")
	}
}
