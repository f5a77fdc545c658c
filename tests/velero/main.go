// Velero, the server that takes and restores backups of a cluster, for the tests: the command itself, of the module that
// Velero publishes, with all its flags. It calls itself to act on resources (velero run-plugins).
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/vmware-tanzu/velero/pkg/cmd/velero"
	metrics "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

func main() {
	// It has a second port for metrics, of the library that its controllers rest on, and no flag for it. Several servers run
	// on a machine here.
	metrics.DefaultBindAddress = "0"
	if err := velero.NewCommand(filepath.Base(os.Args[0])).Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
