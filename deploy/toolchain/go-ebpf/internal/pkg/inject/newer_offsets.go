package inject

import (
	"github.com/Masterminds/semver/v3"

	"go.opentelemetry.io/auto/internal/pkg/structfield"
)

// moves are fields that are elsewhere than in the release before.
type moves = map[structfield.ID]uint64

const (
	goStd = "std"
	grpc  = "google.golang.org/grpc"
	xNet  = "golang.org/x/net"
)

// Releases that are newer than the table. Their fields are those of the release before them in the table or here, but for
// the ones that moved: compared with the debug information of Go 1.27 and gRPC 1.85, and the sources of the others.
func init() {
	after(goStd, semver.New(1, 26, 2, "", ""), semver.New(1, 27, 0, "", ""), moves{
		structfield.NewID(goStd, "net/http", "response", "status"): 128,
	})
	known := semver.New(1, 82, 0, "dev", "")
	// 1.83 has no headerFrame: its fields are asked for by a probe that is left out there.
	after(grpc, known, semver.New(1, 83, 0, "", ""), nil)
	after(grpc, known, semver.New(1, 84, 0, "", ""), nil)
	after(grpc, known, semver.New(1, 85, 0, "", ""), moves{
		structfield.NewID(grpc, grpc+"/internal/transport", "http2Client", "nextID"): 440,
	})
	for minor := uint64(54); minor <= 62; minor++ {
		after(xNet, semver.New(0, 53, 0, "", ""), semver.New(0, minor, 0, "", ""), nil)
	}
}

// after adds the fields of a module's release.
func after(module string, from, to *semver.Version, moved moves) {
	for _, id := range offsets.IDs(module) {
		known, ok := offsets.GetOffset(id, from)
		if !ok {
			continue
		}
		offset := known.Offset
		if other, isMoved := moved[id]; isMoved {
			offset = other
		}
		offsets.PutOffset(id, to, offset, known.Valid)
	}
}
