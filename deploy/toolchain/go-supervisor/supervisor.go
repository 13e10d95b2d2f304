package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"
	"time"
)

// Variables of the agent.
const (
	targetVariable = "OTEL_GO_AUTO_TARGET_EXE"
	pidVariable    = "OTEL_GO_AUTO_TARGET_PID"
)

type settings struct {
	target string
	agent  []string
	// Interval of all checks but that of memory.
	tick time.Duration
	// Interval at which memory is looked at: the kernel kills the whole container when that reaches its limit, the
	// supervisor too, and the pod is not ready until it runs again.
	watch time.Duration
	// When the sidecar started, in ticks since the machine did. Containers of the pod start after it, so a program that is older
	// has seen it end. 0 where that is not known.
	born uint64
	// Interval of the search for the program.
	search time.Duration
	// How long the program may be missing before that is reported.
	missing time.Duration
	// Delay of the first restart, doubled for each further one.
	delay time.Duration
	// Starts for one process of the program. Each takes memory in it that is not given back: 32 KiB for each CPU.
	attempts int
	// How long the agent may take to load its probes. Reading a large program at 100m of CPU takes a minute.
	load time.Duration
	// How long it may do so before that is reported.
	slow time.Duration
	// How long the agent may stop the program, which it does for milliseconds while it loads.
	stopped time.Duration
	// How long the agent may take to send its last spans.
	grace time.Duration
	// Memory of the agent at which it is ended, in bytes.
	memory uint64
}

func defaultSettings(target string, agent []string) settings {
	return settings{
		target:   target,
		agent:    agent,
		tick:     200 * time.Millisecond,
		watch:    10 * time.Millisecond,
		born:     self().born(),
		search:   2 * time.Second,
		missing:  time.Minute,
		delay:    5 * time.Second,
		attempts: 5,
		load:     3 * time.Minute,
		slow:     time.Minute,
		stopped:  2 * time.Second,
		grace:    2 * time.Second,
		memory:   memoryLimit("/sys/fs/cgroup") / 100 * 85,
	}
}

// A supervisor runs the agent for one process of a program at a time. All its methods are called by one goroutine.
type supervisor struct {
	settings
	out    io.Writer
	report func(outcome)

	process  process // of the program; pid 0 if it is not running
	agent    *agent
	failures int  // for this process
	gaveUp   bool // for this process
	next     time.Time
	letGo    time.Time // until when the program may still be stopped by an agent that ended
	searched time.Time
	since    time.Time // without the program
	told     outcome
}

func newSupervisor(settings settings, out io.Writer, report func(outcome)) *supervisor {
	return &supervisor{settings: settings, out: out, report: report, since: time.Now()}
}

// run returns when the sidecar is asked to end, and only then.
func (s *supervisor) run(signals <-chan os.Signal) {
	ticker := time.NewTicker(s.tick)
	defer ticker.Stop()
	memory := time.NewTicker(s.watch)
	defer memory.Stop()
	for {
		select {
		case received := <-signals:
			if received == syscall.SIGCHLD {
				s.reap()
				continue
			}
			s.end(signals)
			return
		case now := <-ticker.C:
			s.check(now)
		case <-memory.C:
			s.checkMemory()
		}
	}
}

// reap waits for all children: as first process of its namespace, also for those of others.
func (s *supervisor) reap() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if s.agent != nil && pid == s.agent.pid {
			s.ended(time.Now(), status)
		}
	}
}

// end lets the agent send its last spans, for a moment.
func (s *supervisor) end(signals <-chan os.Signal) {
	if s.agent == nil {
		return
	}
	s.agent.terminate(time.Now(), s.grace)
	timeout := time.After(s.grace)
	for s.agent != nil {
		select {
		case received := <-signals:
			if received == syscall.SIGCHLD {
				s.reap()
			}
		case <-timeout:
			s.agent.kill()
			return
		}
	}
}

func (s *supervisor) check(now time.Time) {
	if s.agent != nil {
		s.checkAgent(now)
		return
	}
	if now.Before(s.letGo) {
		// It is left stopped a moment after the agent is gone.
		s.process.letGoOn()
	}
	if now.Sub(s.searched) >= s.search {
		s.searched = now
		s.find(now)
	}
	// A program that is stopped already was stopped by its user.
	if s.process.pid != 0 && !s.gaveUp && !now.Before(s.next) && !isStopped(s.process.pid) {
		s.start(now)
	}
}

// find notices that the program has started, ended, or started again.
func (s *supervisor) find(now time.Time) {
	found := findProcess(s.target, s.process)
	if found != s.process {
		s.process, s.failures, s.gaveUp, s.next, s.since = found, 0, false, now, now
		if found.pid != 0 && found.born() < s.born {
			s.gaveUp = true
			s.tell(outcome{failed, "AgentFailed", "run: the sidecar was killed, probably for memory; the agent is not started again"})
		}
	}
	if found.pid == 0 && now.Sub(s.since) > s.missing {
		s.tell(outcome{failed, "AgentFailed", "find: no process runs the program"})
	}
}

func (s *supervisor) start(now time.Time) {
	agent, err := startAgent(s.settings.agent, s.environment(), s.out, now)
	if err != nil {
		s.failed(now, failure{reason: "AgentFailed", step: "start", text: "the agent could not be started"})
		return
	}
	s.agent = agent
}

func (s *supervisor) environment() []string {
	limit := strconv.FormatUint(s.memory/100*80, 10)
	return append(os.Environ(), pidVariable+"="+strconv.Itoa(s.process.pid), "GOMEMLIMIT="+limit)
}

// checkMemory ends an agent that takes too much, but not one that has stopped the program, in the middle of a call that is not
// the program's own.
func (s *supervisor) checkMemory() {
	a := s.agent
	if a == nil || residentBytes(a.pid) <= s.memory || s.process.isTracedBy(a.pid) {
		return
	}
	a.end(&failure{reason: "AgentFailed", step: "run", text: fmt.Sprintf("the agent took more than %d MiB", s.memory>>20)})
}

func (s *supervisor) checkAgent(now time.Time) {
	a := s.agent
	isStopped := s.process.isTracedBy(a.pid) || isStopped(a.pid)
	if !isStopped {
		a.stoppedSince = now
	}
	switch {
	case a.deadline != (time.Time{}) && now.After(a.deadline):
		a.kill()
	case now.Sub(a.stoppedSince) > s.stopped:
		// Each further attempt would stop the program again.
		isFinal := s.process.isTracedBy(a.pid)
		a.end(&failure{reason: "AgentFailed", step: "attach", text: "the agent did not let the program go on", isFinal: isFinal})
	case isStopped:
		// An agent that ends now would leave the program in the middle of a call that is not its own.
	case !s.process.isRunning():
		a.terminate(now, s.grace)
	case a.output.isLoaded():
		s.tell(outcome{loaded, "AgentLoaded", "the probes are attached to the program"})
	case now.Sub(a.started) > s.load:
		a.end(&failure{reason: "AgentFailed", step: "load", text: "the agent did not attach its probes in time"})
	case now.Sub(a.started) > s.slow:
		s.tell(outcome{failed, "AgentFailed", "load: the agent has not attached its probes yet"})
	}
}

// ended decides what the end of the agent means.
func (s *supervisor) ended(now time.Time, status syscall.WaitStatus) {
	a := s.agent
	s.agent = nil
	s.searched = time.Time{}
	a.output.close()
	s.process.letGoOn()
	s.letGo = now.Add(s.search)
	switch {
	case a.isTerminating():
	case a.cause != nil:
		s.failed(now, *a.cause)
	case !s.process.isRunning():
		// It ended with the program.
	default:
		s.failed(now, classify(a.output.lines(), status))
	}
}

func (s *supervisor) failed(now time.Time, why failure) {
	s.failures++
	s.gaveUp = why.isFinal || s.failures >= s.attempts
	s.next = now.Add(s.delay << (s.failures - 1))
	message := why.step + ": " + why.text
	after := fmt.Sprintf("attempt %d of %d, next in %s", s.failures, s.attempts, s.next.Sub(now))
	if s.gaveUp {
		after = "not tried again until the program restarts"
	}
	fmt.Fprintf(s.out, "odigos: the agent ended: %s (%s)\n", message, after)
	s.tell(outcome{why.outcome(), why.reason, message})
}

// tell reports what has changed.
func (s *supervisor) tell(news outcome) {
	if news == s.told {
		return
	}
	s.told = news
	s.report(news)
}
