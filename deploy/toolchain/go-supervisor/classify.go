package main

import (
	"strings"
	"syscall"
)

// failure says at which step the agent ended, in words of ours: its log may hold what is nobody else's business.
type failure struct {
	reason string
	step   string
	text   string
	// isFinal: the same program will never work, so it is not tried again.
	isFinal bool
	// isBack: nothing failed; there is nothing for the agent to do.
	isBack bool
}

func (f failure) outcome() string {
	if f.isBack {
		return stoodBack
	}
	return failed
}

func unreadable(text string) failure {
	return failure{reason: "GoProgramUnreadable", step: "read", text: text, isFinal: true}
}

func agentFailed(step, text string) failure {
	return failure{reason: "AgentFailed", step: step, text: text}
}

// kinds are the messages of the agent and what they mean; the first that matches counts.
var kinds = []struct {
	text    string
	failure failure
}{
	{"no instrumentation for target process", failure{
		reason: "RuntimeNotSupported", step: "read", isFinal: true, isBack: true,
		text: "the program uses none of the libraries that the agent instruments",
	}},
	{"no functions found", failure{
		reason: "RuntimeNotSupported", step: "read", isFinal: true, isBack: true,
		text: "the program uses none of the libraries that the agent instruments",
	}},
	{"not a Go executable", unreadable("the program has no Go build information")},
	{"could not read Go build info", unreadable("the program has no Go build information")},
	{"non-devel version", unreadable("the program was built by an unreleased version of Go")},
	{"invalid semantic version", unreadable("the program was built by an unreleased version of Go")},
	{"gopclntab", unreadable("the program has no table of functions")},
	{".go.module section", unreadable("the table of functions has an unknown layout")},
	{"overflow in offset to read", unreadable("the table of functions has an unknown layout")},
	{"could not find function offset", unreadable("the table of functions has an unknown layout")},
	{"decoding dwarf section", unreadable("the versions are newer than the agent, and debug information was removed")},
	{"failed to find offset", unreadable("the versions are newer than the agent, and debug information was removed")},
	{"unknown module", unreadable("the build information lists no modules")},
	{"bpf_probe_write_user", agentFailed("load", "the kernel forbids programs that write to other processes")},
	{"context propagation", agentFailed("load", "the kernel forbids programs that write to other processes")},
	{"operation not permitted", agentFailed("load", "the kernel or a security policy denies the agent a capability")},
	{"permission denied", agentFailed("load", "the kernel or a security policy denies the agent a capability")},
	{"failed to create OTel SDK handler", agentFailed("export", "the exporter could not be created")},
	{"failed to find target", agentFailed("find", "the program could not be found")},
	{"no such process", agentFailed("attach", "the program ended while the agent attached")},
	{"failed to create instrumentation", agentFailed("read", "the program could not be read")},
	{"failed to load instrumentation", agentFailed("load", "the probes could not be loaded")},
	{"instrumentation crashed", agentFailed("run", "the agent crashed")},
	{"panic:", agentFailed("run", "the agent crashed")},
	{"fatal error:", agentFailed("run", "the agent crashed")},
}

func isError(line string) bool {
	for _, level := range []string{`"level":"DEBUG"`, `"level":"INFO"`, `"level":"WARN"`} {
		if strings.Contains(line, level) {
			return false
		}
	}
	return true
}

// classify explains the end of the agent by the last lines that it wrote.
func classify(lines []string, status syscall.WaitStatus) failure {
	for _, kind := range kinds {
		for _, line := range lines {
			if isError(line) && strings.Contains(line, kind.text) {
				return kind.failure
			}
		}
	}
	if status.Signaled() && status.Signal() == syscall.SIGKILL {
		return agentFailed("run", "the agent was killed, probably for memory")
	}
	return agentFailed("run", "the agent ended for an unknown reason")
}
