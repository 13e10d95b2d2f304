// This file takes the place of upstream's. Upstream reads /sys/kernel/security/lockdown, which a container does not see
// unless it is mounted; on a locked-down kernel every probe of a client then fails to load, and with it the whole agent.
// The kernel itself knows better.

package kernel

import (
	"sync"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/features"
)

// SupportsContextPropagation returns if programs of probes may call bpf_probe_write_user, with which the trace context is
// written into outgoing requests. Without it spans are made all the same, but callees begin traces of their own.
var SupportsContextPropagation = sync.OnceValue(func() bool {
	return features.HaveProgramHelper(ebpf.Kprobe, asm.FnProbeWriteUser) == nil
})
