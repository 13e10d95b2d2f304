package main

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// agent is a running process of the agent.
type agent struct {
	pid          int
	started      time.Time
	stoppedSince time.Time
	deadline     time.Time // zero unless it was asked to end
	cause        *failure  // why it was killed, if it was
	output       *output
}

func startAgent(argv, environment []string, out io.Writer, now time.Time) (*agent, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer writer.Close()
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{
		Env:   environment,
		Files: []uintptr{0, writer.Fd(), writer.Fd()},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		reader.Close()
		return nil, err
	}
	// When memory is short, the kernel should choose the agent.
	_ = os.WriteFile("/proc/"+strconv.Itoa(pid)+"/oom_score_adj", []byte("1000"), 0)
	// When both are short of time, the supervisor should be the first to run: it has to see what the agent does.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, 10)
	return &agent{pid: pid, started: now, stoppedSince: now, output: follow(reader, out)}, nil
}

func (a *agent) isTerminating() bool { return !a.deadline.IsZero() }

func (a *agent) terminate(now time.Time, grace time.Duration) {
	if a.isTerminating() {
		return
	}
	a.deadline = now.Add(grace)
	_ = syscall.Kill(a.pid, syscall.SIGTERM)
}

func (a *agent) kill() { _ = syscall.Kill(a.pid, syscall.SIGKILL) }

func (a *agent) end(cause *failure) {
	if a.cause == nil {
		a.cause = cause
	}
	a.kill()
}

const (
	loadedLine = "instrumentation loaded successfully"
	keptLines  = 20
	keptBytes  = 4096
)

// output passes on what the agent writes, all of it, and remembers the end.
type output struct {
	reader *os.File
	done   chan struct{}

	mu     sync.Mutex
	last   []string
	loaded bool
}

// forgiving never fails: the agent must not end because nobody reads its log.
type forgiving struct{ io.Writer }

func (f forgiving) Write(data []byte) (int, error) {
	_, _ = f.Writer.Write(data)
	return len(data), nil
}

func follow(reader *os.File, out io.Writer) *output {
	o := &output{reader: reader, done: make(chan struct{})}
	go func() {
		defer close(o.done)
		lines := bufio.NewReaderSize(io.TeeReader(reader, forgiving{out}), keptBytes)
		for {
			line, _, err := lines.ReadLine()
			if err != nil {
				return
			}
			o.keep(string(line))
		}
	}()
	return o
}

func (o *output) keep(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.loaded = o.loaded || strings.Contains(line, loadedLine)
	o.last = append(o.last, line)
	if len(o.last) > keptLines {
		o.last = append([]string(nil), o.last[1:]...)
	}
}

func (o *output) isLoaded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.loaded
}

func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.last
}

// close waits for the rest of what the agent wrote, but not for a child of it that keeps the pipe open.
func (o *output) close() {
	select {
	case <-o.done:
	case <-time.After(time.Second):
	}
	o.reader.Close()
}
