// Hollow-kubelet is Kubernetes' own kubelet with nothing to run containers: it takes the kubelet's flags and
// configuration file, and is the kubelet in all that it says and hears (certificates, registration, authentication and
// authorization of its port), but the runtime, cgroups and the computer's hardware are Kubernetes' own fakes.
package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"
	genericapiserver "k8s.io/apiserver/pkg/server"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/tools/record"
	fakeremote "k8s.io/cri-client/pkg/fake"
	"k8s.io/kubernetes/cmd/kubelet/app"
	"k8s.io/kubernetes/cmd/kubelet/app/options"
	cadvisortest "k8s.io/kubernetes/pkg/kubelet/cadvisor/testing"
	"k8s.io/kubernetes/pkg/kubelet/cm"
	containertest "k8s.io/kubernetes/pkg/kubelet/container/testing"
	"k8s.io/kubernetes/pkg/kubelet/kubeletconfig/configfiles"
	probetest "k8s.io/kubernetes/pkg/kubelet/prober/testing"
	"k8s.io/kubernetes/pkg/util/filesystem"
	"k8s.io/kubernetes/pkg/util/oom"
	"k8s.io/mount-utils"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	flags := options.NewKubeletFlags()
	set := pflag.NewFlagSet("kubelet", pflag.ContinueOnError)
	flags.AddFlags(set)
	if err := set.Parse(os.Args[1:]); err != nil {
		return err
	}
	if err := options.ValidateKubeletFlags(flags); err != nil {
		return err
	}
	ctx := genericapiserver.SetupSignalContext()
	loader, err := configfiles.NewFsLoader(&filesystem.DefaultFs{}, flags.KubeletConfigFile)
	if err != nil {
		return err
	}
	config, err := loader.Load(ctx)
	if err != nil {
		return err
	}
	// There are no cgroups to put pods into, of whatever version.
	config.FailCgroupV1 = false
	config.CgroupsPerQOS = false
	config.EnforceNodeAllocatable = nil

	// The runtime is found where the configuration says that it is.
	socket, err := url.Parse(config.ContainerRuntimeEndpoint)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(socket.Path), 0o755); err != nil {
		return err
	}
	runtime := fakeremote.NewFakeRemoteRuntime()
	if err := runtime.Start(config.ContainerRuntimeEndpoint); err != nil {
		return err
	}
	defer runtime.Stop()

	server := &options.KubeletServer{KubeletFlags: *flags, KubeletConfiguration: *config}
	dependencies, err := app.UnsecuredDependencies(ctx, server, utilfeature.DefaultFeatureGate)
	if err != nil {
		return err
	}
	dependencies.CAdvisorInterface = &cadvisortest.Fake{NodeName: flags.HostnameOverride}
	dependencies.ContainerManager = cm.NewStubContainerManager()
	dependencies.OSInterface = &containertest.FakeOS{}
	dependencies.OOMAdjuster = oom.NewFakeOOMAdjuster()
	dependencies.Mounter = &mount.FakeMounter{}
	dependencies.ProbeManager = probetest.FakeManager{}
	dependencies.Recorder = &record.FakeRecorder{}
	return app.Run(ctx, server, dependencies, utilfeature.DefaultFeatureGate)
}
