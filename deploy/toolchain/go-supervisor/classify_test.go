package main

import "testing"

func TestClassify(t *testing.T) {
	const read = `{"level":"ERROR","msg":"failed to create instrumentation","error":"`
	const load = `{"level":"ERROR","msg":"failed to load instrumentation","error":"`
	for line, want := range map[string]struct {
		reason, step string
		isFinal      bool
	}{
		read + `overflow in offset to read in the text section: 18446744073705355296"}`:      {"GoProgramUnreadable", "read", true},
		read + `could not read Go build info from /proc/7/exe: not a Go executable"}`:        {"GoProgramUnreadable", "read", true},
		read + `.gopclntab section not found in target binary"}`:                             {"GoProgramUnreadable", "read", true},
		read + `.go.module section not found in target binary"}`:                             {"GoProgramUnreadable", "read", true},
		read + `invalid semantic version"}`:                                                  {"GoProgramUnreadable", "read", true},
		read + `no functions found"}`:                                                        {"RuntimeNotSupported", "read", true},
		load + `no instrumentation for target process"}`:                                     {"RuntimeNotSupported", "read", true},
		load + `failed to find offset for x: decoding dwarf section info at offset 0x0: a"}`: {"GoProgramUnreadable", "read", true},
		load + `unknown module: go.opentelemetry.io/otel"}`:                                  {"GoProgramUnreadable", "read", true},
		load + `program probe: load program: invalid argument: bpf_probe_write_user#36"}`:    {"AgentFailed", "load", false},
		load + `map create: operation not permitted"}`:                                       {"AgentFailed", "load", false},
		read + `open /proc/7/exe: permission denied"}`:                                       {"AgentFailed", "load", false},
		load + `something new"}`:                                                             {"AgentFailed", "load", false},
		`{"level":"ERROR","msg":"failed to create OTel SDK handler","error":"x"}`:            {"AgentFailed", "export", false},
		`panic: runtime error: index out of range`:                                           {"AgentFailed", "run", false},
		`{"level":"INFO","msg":"operation not permitted"}`:                                   {"AgentFailed", "run", false},
		``: {"AgentFailed", "run", false},
	} {
		got := classify([]string{`{"level":"INFO","msg":"building"}`, line}, 0)
		if got.reason != want.reason || got.step != want.step || got.isFinal != want.isFinal {
			t.Errorf("%s: %+v", line, got)
		}
	}
}
