package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// process identifies the image of a program in a process for good: the number of a process is used again, and a process
// that replaces its image (execve) loses what the agent has prepared in its memory.
type process struct {
	pid   int
	start string
}

func readProc(pid int, file string) []byte {
	data, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), file))
	return data
}

// statOf returns the state of a process, and when and where its image started: the address of its stack is random. Both
// follow its name in parentheses.
func statOf(pid int) (state, start string) {
	stat := readProc(pid, "stat")
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 26 {
		return "", ""
	}
	return fields[0], fields[19] + " " + fields[25]
}

// self is the process of the supervisor.
func self() process {
	_, start := statOf(os.Getpid())
	return process{os.Getpid(), start}
}

// born returns when the process started, in ticks since the machine did: replacing its image does not change that.
func (p process) born() uint64 {
	ticks, _, _ := strings.Cut(p.start, " ")
	born, _ := strconv.ParseUint(ticks, 10, 64)
	return born
}

func (p process) isRunning() bool {
	state, start := statOf(p.pid)
	return p.pid != 0 && start == p.start && state != "Z" && state != "X"
}

// isTracedBy returns if the first thread of p is stopped by a thread of another process: the agent does that while it loads.
func (p process) isTracedBy(pid int) bool {
	_, rest, _ := bytes.Cut(readProc(p.pid, "status"), []byte("\nTracerPid:\t"))
	thread, _, _ := bytes.Cut(rest, []byte("\n"))
	if len(thread) == 0 || string(thread) == "0" {
		return false
	}
	_, err := os.Stat(filepath.Join("/proc", strconv.Itoa(pid), "task", string(thread)))
	return err == nil
}

// letGoOn continues a program that the agent stopped and did not let go: the kernel leaves it stopped when the agent dies.
func (p process) letGoOn() {
	if p.isRunning() && isStopped(p.pid) {
		_ = syscall.Kill(p.pid, syscall.SIGCONT)
	}
}

func isStopped(pid int) bool {
	state, _ := statOf(pid)
	return state == "T" || state == "t"
}

// runs returns if a process runs the program. A program that was replaced by a newer file still runs.
func runs(pid int, program string) bool {
	link, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/exe")
	return err == nil && strings.TrimSuffix(link, " (deleted)") == program
}

// findProcess returns the process of the program: known if that still runs it, else the one with the lowest number.
func findProcess(program string, known process) process {
	if known.isRunning() && runs(known.pid, program) {
		return known
	}
	folder, err := os.Open("/proc")
	if err != nil {
		return process{}
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1)
	var found process
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == os.Getpid() || (found.pid != 0 && pid > found.pid) || !runs(pid, program) {
			continue
		}
		_, start := statOf(pid)
		if candidate := (process{pid, start}); candidate.isRunning() {
			found = candidate
		}
	}
	return found
}

func residentBytes(pid int) uint64 {
	fields := strings.Fields(string(readProc(pid, "statm")))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseUint(fields[1], 10, 64)
	return pages * uint64(syscall.Getpagesize())
}

// unlimited is how much the agent may take where the sidecar has no limit: it must not take the node's memory.
const unlimited = 512 << 20

// memoryLimit returns the limit of the container, by the files of its control group.
func memoryLimit(folder string) uint64 {
	for _, file := range []string{"memory.max", "memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			continue
		}
		limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
		if err == nil && limit > 0 && limit < unlimited {
			return limit
		}
	}
	return unlimited
}
