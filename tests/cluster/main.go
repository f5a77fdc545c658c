// Every component of a Kubernetes cluster in one program, for the tests: etcd, the API server, the controller manager, the
// scheduler, the kubelet, the proxy of a node, and kubectl.
//
// Which one it is, is said by the name that it is started by (a link called kubectl) or by its first argument:
//
//	cluster kube-apiserver --etcd-servers=…
//
// They are the components themselves, from the modules that Kubernetes publishes, with all their flags. Only etcd has flags
// of its own (etcd.go). The folder pause is another program, for it must be small.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"          // --logging-format=json
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // metrics of requests that components send
	_ "k8s.io/component-base/metrics/prometheus/version"  // metric with the version
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// Makes the command of a component, or nil if there is none of that name.
func component(name string) *cobra.Command {
	switch name {
	case "etcd":
		return newEtcdCommand()
	case "kube-apiserver":
		return apiserver.NewAPIServerCommand()
	case "kube-controller-manager":
		return controllermanager.NewControllerManagerCommand()
	case "kube-scheduler":
		return scheduler.NewSchedulerCommand()
	case "kubelet":
		// It stops by the signals that cli.Run hands to it.
		return kubelet.NewKubeletCommand(context.Background())
	case "kube-proxy":
		return proxy.NewProxyCommand()
	case "kubectl":
		return kubectl.NewDefaultKubectlCommand()
	}
	return nil
}

func main() {
	command := component(filepath.Base(os.Args[0]))
	if command == nil && len(os.Args) > 1 {
		command = component(os.Args[1])
		os.Args = os.Args[1:]
	}
	if command == nil {
		fmt.Fprintln(os.Stderr, "cluster: name a component first: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy or kubectl")
		os.Exit(2)
	}
	os.Exit(cli.Run(command))
}
