package main

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/apis/apiserver"
	apiserverinstall "k8s.io/apiserver/pkg/apis/apiserver/install"
	apiservervalidation "k8s.io/apiserver/pkg/apis/apiserver/validation"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	auditvalidation "k8s.io/apiserver/pkg/apis/audit/validation"
	"k8s.io/apiserver/pkg/audit"
	authenticationcel "k8s.io/apiserver/pkg/authentication/cel"
	authorizationcel "k8s.io/apiserver/pkg/authorization/cel"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdv1 "k8s.io/client-go/tools/clientcmd/api/v1"
	logsapi "k8s.io/component-base/logs/api/v1"
	kubeadmscheme "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/scheme"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/abac"
	_ "k8s.io/kubernetes/pkg/apis/abac/latest"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/rbac"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	rbacvalidation "k8s.io/kubernetes/pkg/apis/rbac/validation"
	"k8s.io/kubernetes/pkg/kubeapiserver/authorizer"
	"k8s.io/kubernetes/pkg/kubeapiserver/authorizer/modes"
	kubeletconfig "k8s.io/kubernetes/pkg/kubelet/apis/config"
	kubeletscheme "k8s.io/kubernetes/pkg/kubelet/apis/config/scheme"
	kubeletvalidation "k8s.io/kubernetes/pkg/kubelet/apis/config/validation"
	proxyconfig "k8s.io/kubernetes/pkg/proxy/apis/config"
	proxyscheme "k8s.io/kubernetes/pkg/proxy/apis/config/scheme"
	proxyvalidation "k8s.io/kubernetes/pkg/proxy/apis/config/validation"
	schedulerconfig "k8s.io/kubernetes/pkg/scheduler/apis/config"
	schedulerscheme "k8s.io/kubernetes/pkg/scheduler/apis/config/scheme"
	schedulervalidation "k8s.io/kubernetes/pkg/scheduler/apis/config/validation"
	"sigs.k8s.io/yaml"
)

// A reader gives what is wrong with a document.
type reader func(document []byte) []error

// readers by apiVersion and kind.
var readers = map[string]reader{
	"abac.authorization.kubernetes.io/v1beta1 Policy":           readAccessPolicy,
	"kubelet.config.k8s.io/v1beta1 KubeletConfiguration":        readKubelet,
	"kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration": readScheduler,
	"kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration":   readProxy,
	"apiserver.config.k8s.io/v1 AuthenticationConfiguration":    readAPIServer,
	"apiserver.config.k8s.io/v1 AuthorizationConfiguration":     readAPIServer,
	"apiserver.config.k8s.io/v1 EncryptionConfiguration":        readAPIServer,
	"audit.k8s.io/v1 Policy":                                    readAuditPolicy,
	"kubeadm.k8s.io/v1beta4 InitConfiguration":                  readKubeadm,
	"kubeadm.k8s.io/v1beta4 JoinConfiguration":                  readKubeadm,
	"kubeadm.k8s.io/v1beta4 ClusterConfiguration":               readKubeadm,
	"v1 ConfigMap":      readConfigMap,
	"v1 Pod":            readStaticPod,
	"v1 Secret":         readSecret,
	"v1 ServiceAccount": readServiceAccount,
	"v1 Config":         readKubeconfig,
	"rbac.authorization.k8s.io/v1 ClusterRole":        readClusterRole,
	"rbac.authorization.k8s.io/v1 ClusterRoleBinding": readClusterRoleBinding,
	"rbac.authorization.k8s.io/v1 Role":               readRole,
	"rbac.authorization.k8s.io/v1 RoleBinding":        readRoleBinding,
}

// apiServerScheme has the configurations that flags of the API server name.
var apiServerScheme = runtime.NewScheme()

func init() {
	apiserverinstall.Install(apiServerScheme)
	// As the kubelet does.
	utilruntime.Must(logsapi.AddFeatureGates(utilfeature.DefaultMutableFeatureGate))
}

// decode reads a document with the types and defaults of a scheme, strictly, into the type that its program works with.
func decode[T runtime.Object](scheme *runtime.Scheme, document []byte) (T, []error) {
	var none T
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	object, kind, err := codecs.UniversalDecoder().Decode(document, nil, nil)
	if err != nil {
		return none, []error{err}
	}
	typed, isOne := object.(T)
	if !isOne {
		return none, []error{fmt.Errorf("decoded to %T", object)}
	}
	// Some validations look at the version that was read.
	typed.GetObjectKind().SetGroupVersionKind(*kind)
	return typed, nil
}

// list turns what validations give into errors.
func list(faults field.ErrorList) []error {
	var errs []error
	for _, fault := range faults {
		errs = append(errs, fault)
	}
	return errs
}

func readKubelet(document []byte) []error {
	scheme, _, err := kubeletscheme.NewSchemeAndCodecs()
	if err != nil {
		return []error{err}
	}
	config, errs := decode[*kubeletconfig.KubeletConfiguration](scheme, document)
	if errs != nil {
		return errs
	}
	// Whether this machine, of all, has cgroup v1 says nothing of the configuration.
	config.FailCgroupV1 = false
	if err := kubeletvalidation.ValidateKubeletConfiguration(config, utilfeature.DefaultFeatureGate); err != nil {
		return []error{err}
	}
	return nil
}

func readScheduler(document []byte) []error {
	config, errs := decode[*schedulerconfig.KubeSchedulerConfiguration](schedulerscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	if err := schedulervalidation.ValidateKubeSchedulerConfiguration(config); err != nil {
		return []error{err}
	}
	return nil
}

func readProxy(document []byte) []error {
	config, errs := decode[*proxyconfig.KubeProxyConfiguration](proxyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(proxyvalidation.Validate(config))
}

func readAPIServer(document []byte) []error {
	object, errs := decode[runtime.Object](apiServerScheme, document)
	if errs != nil {
		return errs
	}
	switch config := object.(type) {
	case *apiserver.AuthenticationConfiguration:
		return list(apiservervalidation.ValidateAuthenticationConfiguration(authenticationcel.NewDefaultCompiler(), config, nil))
	case *apiserver.AuthorizationConfiguration:
		return readAuthorization(config)
	case *apiserver.EncryptionConfiguration:
		return list(apiservervalidation.ValidateEncryptionConfiguration(config, false))
	default:
		return []error{fmt.Errorf("decoded to %T", object)}
	}
}

// readAuthorization does what kube-apiserver does with the configuration, the names that it wants included.
func readAuthorization(config *apiserver.AuthorizationConfiguration) []error {
	// The validation looks for the files of the machine: that one is named is all that can be seen here.
	here, err := os.Executable()
	if err != nil {
		return []error{err}
	}
	var errs []error
	for _, each := range config.Authorizers {
		if each.Webhook == nil {
			if name := authorizer.GetNameForAuthorizerMode(string(each.Type)); each.Name != name {
				errs = append(errs, fmt.Errorf("expected name %s for %s", name, each.Type))
			}
			continue
		}
		if path := each.Webhook.ConnectionInfo.KubeConfigFile; path != nil && filepath.IsAbs(*path) {
			each.Webhook.ConnectionInfo.KubeConfigFile = &here
		}
	}
	return append(errs, list(apiservervalidation.ValidateAuthorizationConfiguration(
		authorizationcel.NewDefaultCompiler(), nil, config,
		sets.New(modes.AuthorizationModeChoices...), sets.New(modes.ModeWebhook)))...)
}

// readAccessPolicy reads a line of an ABAC policy file: what is in it nobody validates.
func readAccessPolicy(document []byte) []error {
	_, errs := decode[*abac.Policy](abac.Scheme, document)
	return errs
}

func readAuditPolicy(document []byte) []error {
	config, errs := decode[*auditinternal.Policy](audit.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(auditvalidation.ValidatePolicy(config))
}

// readKubeadm decodes only: kubeadm itself validates.
func readKubeadm(document []byte) []error {
	_, errs := decode[runtime.Object](kubeadmscheme.Scheme, document)
	return errs
}

// readStaticPod does what the kubelet does with a static pod.
func readStaticPod(document []byte) []error {
	pod, errs := decode[*core.Pod](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	options := podutil.GetValidationOptionsFromPodSpecAndMeta(&pod.Spec, nil, &pod.ObjectMeta, nil)
	if errs := corevalidation.ValidatePodCreate(pod, options); len(errs) > 0 {
		return list(errs)
	}
	_, resource, err := podutil.HasAPIObjectReference(pod)
	if err != nil {
		return []error{err}
	}
	if resource != "" {
		return []error{fmt.Errorf("static pods may not reference %s", resource)}
	}
	return nil
}

func readClusterRoleBinding(document []byte) []error {
	binding, errs := decode[*rbac.ClusterRoleBinding](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(rbacvalidation.ValidateClusterRoleBinding(binding))
}

func readKubeconfig(document []byte) []error {
	if err := yaml.UnmarshalStrict(document, &clientcmdv1.Config{}); err != nil {
		return []error{err}
	}
	config, err := clientcmd.Load(document)
	if err != nil {
		return []error{err}
	}
	if err := clientcmd.ConfirmUsable(*config, ""); err != nil {
		return []error{err}
	}
	return nil
}

func readRoleBinding(document []byte) []error {
	binding, errs := decode[*rbac.RoleBinding](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(rbacvalidation.ValidateRoleBinding(binding))
}

func readRole(document []byte) []error {
	role, errs := decode[*rbac.Role](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(rbacvalidation.ValidateRole(role))
}

func readClusterRole(document []byte) []error {
	role, errs := decode[*rbac.ClusterRole](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(rbacvalidation.ValidateClusterRole(role, rbacvalidation.ClusterRoleValidationOptions{}))
}

func readServiceAccount(document []byte) []error {
	account, errs := decode[*core.ServiceAccount](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(corevalidation.ValidateServiceAccount(account))
}

func readSecret(document []byte) []error {
	secret, errs := decode[*core.Secret](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(corevalidation.ValidateSecret(secret))
}

func readConfigMap(document []byte) []error {
	configMap, errs := decode[*core.ConfigMap](legacyscheme.Scheme, document)
	if errs != nil {
		return errs
	}
	return list(corevalidation.ValidateConfigMap(configMap))
}
