package main

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// safeBuffer is the log of the sidecar.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(data)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// scene is a supervisor whose agent is a shell script, and whose program is a copy of sleep.
type scene struct {
	t       *testing.T
	program string
	log     safeBuffer
	told    chan outcome
	signals chan os.Signal
	ended   chan struct{}
}

func newScene(t *testing.T, script string, change func(*settings)) *scene {
	return newSceneOf(t, "sleep", script, change)
}

// newSceneOf is a scene whose program is a copy of another one.
func newSceneOf(t *testing.T, original, script string, change func(*settings)) *scene {
	folder := t.TempDir()
	path, err := exec.LookPath(original)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{
		t:       t,
		program: filepath.Join(folder, "program"),
		told:    make(chan outcome, 100),
		signals: make(chan os.Signal, 16),
		ended:   make(chan struct{}),
	}
	if err := os.WriteFile(s.program, content, 0o755); err != nil {
		t.Fatal(err)
	}
	set := settings{
		target: s.program, agent: []string{"/bin/sh", "-c", script},
		tick: 5 * time.Millisecond, watch: 5 * time.Millisecond, search: 50 * time.Millisecond, missing: 50 * time.Millisecond,
		delay: 10 * time.Millisecond, attempts: 3, load: time.Minute, slow: time.Minute, stopped: 200 * time.Millisecond,
		grace: 300 * time.Millisecond, memory: unlimited,
	}
	if change != nil {
		change(&set)
	}
	signal.Notify(s.signals, syscall.SIGCHLD)
	t.Cleanup(func() { signal.Stop(s.signals) })
	go func() {
		runtime.LockOSThread()
		defer close(s.ended)
		newSupervisor(set, &s.log, func(news outcome) { s.told <- news }).run(s.signals)
	}()
	t.Cleanup(s.end)
	return s
}

// start starts the program; it is reaped by the supervisor, as it would be by a first process.
func (s *scene) start() int { return s.startWith(nil, "60") }

func (s *scene) startWith(stdin *os.File, arguments ...string) int {
	files := []*os.File{stdin}
	process, err := os.StartProcess(s.program, append([]string{"program"}, arguments...), &os.ProcAttr{Files: files})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = process.Kill() })
	return process.Pid
}

func (s *scene) expect(want outcome) {
	s.t.Helper()
	select {
	case got := <-s.told:
		if got != want {
			s.t.Fatalf("told %v, want %v; log:\n%s", got, want, s.log.String())
		}
	case <-time.After(10 * time.Second):
		s.t.Fatalf("nothing told, want %v; log:\n%s", want, s.log.String())
	}
}

func (s *scene) wait(what string, isTrue func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !isTrue(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("never: %s; log:\n%s", what, s.log.String())
		}
	}
}

func (s *scene) isUp() bool {
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

func (s *scene) end() {
	if s.isUp() {
		s.signals <- syscall.SIGTERM
		<-s.ended
	}
}

const loads = `echo '{"level":"INFO","msg":"` + loadedLine + `, starting..."}'; `

var isLoaded = outcome{loaded, "AgentLoaded", "the probes are attached to the program"}

func TestFollowsAProgramThatReplacesItself(t *testing.T) {
	s := newSceneOf(t, "sh", `echo "pid $OTEL_GO_AUTO_TARGET_PID"; `+loads+`exec sleep 60`, nil)
	stdin, line, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	pid := s.startWith(stdin, "-c", `read line; exec "$0" -c 'while :; do sleep 1; done'`, s.program)
	stdin.Close()
	s.expect(isLoaded)
	attached := "pid " + strconv.Itoa(pid) + "\n"
	if _, err := line.WriteString("\n"); err != nil {
		t.Fatal(err)
	}
	s.wait("a second agent for the same process", func() bool { return strings.Count(s.log.String(), attached) == 2 })
}

func TestWaitsForTheProgramAndFollowsItsRestarts(t *testing.T) {
	s := newScene(t, `echo "pid $OTEL_GO_AUTO_TARGET_PID"; `+loads+`exec sleep 60`, nil)
	s.expect(outcome{failed, "AgentFailed", "find: no process runs the program"})
	first := s.start()
	s.expect(isLoaded)
	_ = syscall.Kill(first, syscall.SIGKILL)
	s.expect(outcome{failed, "AgentFailed", "find: no process runs the program"})
	s.start()
	s.expect(isLoaded)
	if count := strings.Count(s.log.String(), "pid "); count != 2 {
		t.Fatalf("the agent was started %d times", count)
	}
}

func TestAnAgentThatEndsIsTriedAgainThenLeftAlone(t *testing.T) {
	s := newScene(t, "exit 0", nil)
	s.start()
	s.expect(outcome{failed, "AgentFailed", "run: the agent ended for an unknown reason"})
	s.wait("gives up", func() bool { return strings.Contains(s.log.String(), "not tried again") })
	if count := strings.Count(s.log.String(), "the agent ended"); count < 3 {
		t.Fatalf("%d attempts", count)
	}
	if !s.isUp() {
		t.Fatal("the sidecar ended with its agent")
	}
}

func TestAProgramThatCannotBeReadIsTriedOnce(t *testing.T) {
	s := newScene(t, `echo '{"level":"ERROR","error":"overflow in offset to read in the text section: 1"}' >&2`, nil)
	s.start()
	s.expect(outcome{failed, "GoProgramUnreadable", "read: the table of functions has an unknown layout"})
	s.wait("gives up", func() bool { return strings.Contains(s.log.String(), "not tried again") })
	if !strings.Contains(s.log.String(), "overflow in offset") {
		t.Fatal("a line of the agent was lost")
	}
}

func TestAnAgentThatIsMissing(t *testing.T) {
	s := newScene(t, "", func(set *settings) { set.agent = []string{"/nowhere"} })
	s.start()
	s.expect(outcome{failed, "AgentFailed", "start: the agent could not be started"})
	s.wait("gives up", func() bool { return strings.Contains(s.log.String(), "not tried again") })
	if !s.isUp() {
		t.Fatal("the sidecar ended")
	}
}

func TestAnAgentThatHangsWhileItLoads(t *testing.T) {
	s := newScene(t, "exec sleep 60", func(set *settings) { set.load = 50 * time.Millisecond })
	s.start()
	s.expect(outcome{failed, "AgentFailed", "load: the agent did not attach its probes in time"})
}

func TestAnAgentThatLoadsSlowly(t *testing.T) {
	s := newScene(t, "sleep 0.5; "+loads+"exec sleep 60", func(set *settings) { set.slow = 50 * time.Millisecond })
	s.start()
	s.expect(outcome{failed, "AgentFailed", "load: the agent has not attached its probes yet"})
	s.expect(isLoaded)
	if strings.Contains(s.log.String(), "the agent ended") {
		t.Fatal("it was ended")
	}
}

// The first thread of the test program is that of the function main alone.
func init() { runtime.LockOSThread() }

// TestMain lets the test program be an agent that stops the program and never lets it go on, as upstream's: by any thread.
func TestMain(m *testing.M) {
	if pid, err := strconv.Atoi(os.Getenv(pidVariable)); err == nil && os.Getenv("ODIGOS_TEST_TRACE") != "" {
		go func() {
			runtime.LockOSThread()
			if err := syscall.PtraceAttach(pid); err != nil {
				panic(err)
			}
			time.Sleep(time.Minute)
		}()
		time.Sleep(time.Minute)
	}
	os.Exit(m.Run())
}

func TestAnAgentThatKeepsTheProgramStopped(t *testing.T) {
	t.Setenv("ODIGOS_TEST_TRACE", "1")
	s := newScene(t, "", func(set *settings) { set.agent = []string{os.Args[0]} })
	pid := s.start()
	s.expect(outcome{failed, "AgentFailed", "attach: the agent did not let the program go on"})
	s.wait("gives up", func() bool { return strings.Contains(s.log.String(), "not tried again") })
	s.wait("the program goes on", func() bool { state, _ := statOf(pid); return state == "S" || state == "R" })
	if count := strings.Count(s.log.String(), "the agent ended"); count != 1 {
		t.Fatalf("the program was stopped %d times", count)
	}
}

func TestAnAgentThatIsStopped(t *testing.T) {
	s := newScene(t, "kill -STOP $$; sleep 60", nil)
	s.start()
	s.expect(outcome{failed, "AgentFailed", "attach: the agent did not let the program go on"})
}

func TestAnAgentThatEatsMemory(t *testing.T) {
	script := loads + `x=0123456789; while true; do x=$x$x; done`
	s := newScene(t, script, func(set *settings) { set.memory = 32 << 20 })
	s.start()
	for {
		select {
		case got := <-s.told:
			if got == isLoaded {
				continue
			}
			if want := (outcome{failed, "AgentFailed", "run: the agent took more than 32 MiB"}); got != want {
				t.Fatalf("told %v", got)
			}
			return
		case <-time.After(10 * time.Second):
			t.Fatal("it was not noticed")
		}
	}
}

func TestASidecarThatWasKilledStartsNoAgent(t *testing.T) {
	killed := outcome{failed, "AgentFailed", "run: the sidecar was killed, probably for memory; the agent is not started again"}
	s := newScene(t, loads+"sleep 60", func(set *settings) { set.born = self().born() + 1_000_000 })
	s.start()
	s.expect(killed)
	time.Sleep(100 * time.Millisecond)
	if strings.Contains(s.log.String(), loadedLine) {
		t.Fatal("the agent was started")
	}
}

func TestAProgramThatStartsAfterTheSidecarHasItsAgent(t *testing.T) {
	s := newScene(t, loads+"sleep 60", func(set *settings) { set.born = self().born() })
	s.start()
	s.expect(isLoaded)
}

func TestEndsAtOnceAndLetsTheAgentEnd(t *testing.T) {
	s := newScene(t, `trap 'echo flushed; exit 0' TERM; `+loads+`while true; do sleep 0.01; done`, nil)
	s.start()
	s.expect(isLoaded)
	s.end()
	if !strings.Contains(s.log.String(), "flushed") {
		t.Fatal("the agent could not send its last spans")
	}
}

func TestEndsThoughTheAgentDoesNot(t *testing.T) {
	s := newScene(t, `trap '' TERM; `+loads+`while true; do sleep 0.01; done`, nil)
	s.start()
	s.expect(isLoaded)
	began := time.Now()
	s.end()
	if took := time.Since(began); took > 5*time.Second {
		t.Fatalf("it took %s", took)
	}
}

func TestReapsProcessesOfOthers(t *testing.T) {
	s := newScene(t, loads+"exec sleep 60", nil)
	pid := s.start()
	s.expect(isLoaded)
	_ = syscall.Kill(pid, syscall.SIGKILL)
	s.wait("reaped", func() bool { return syscall.Kill(pid, 0) == syscall.ESRCH })
}

func TestMemoryLimitOfTheContainer(t *testing.T) {
	folder := t.TempDir()
	for content, want := range map[string]uint64{"268435456\n": 256 << 20, "max\n": unlimited, "": unlimited} {
		if err := os.WriteFile(filepath.Join(folder, "memory.max"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := memoryLimit(folder); got != want {
			t.Errorf("%q: %d", content, got)
		}
	}
	if got := memoryLimit(filepath.Join(folder, "none")); got != unlimited {
		t.Errorf("without a control group: %d", got)
	}
}
