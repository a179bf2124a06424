// Command fields prints every field of the Kubernetes objects that bundles hold, by its path, with the kind of its
// value: what a release can read. It is built against the modules of any release.
package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiserverv1 "k8s.io/apiserver/pkg/apis/apiserver/v1"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	clientcmdv1 "k8s.io/client-go/tools/clientcmd/api/v1"
	proxyv1alpha1 "k8s.io/kube-proxy/config/v1alpha1"
	schedulerv1 "k8s.io/kube-scheduler/config/v1"
	kubeletv1beta1 "k8s.io/kubelet/config/v1beta1"
	kubeadmv1beta4 "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/v1beta4"
)

var objects = []any{
	apiserverv1.AuthenticationConfiguration{},
	apiserverv1.AuthorizationConfiguration{},
	apiserverv1.EncryptionConfiguration{},
	auditv1.Policy{},
	clientcmdv1.Config{},
	corev1.ConfigMap{},
	corev1.Pod{},
	corev1.Secret{},
	corev1.ServiceAccount{},
	kubeadmv1beta4.ClusterConfiguration{},
	kubeadmv1beta4.InitConfiguration{},
	kubeadmv1beta4.JoinConfiguration{},
	kubeletv1beta1.KubeletConfiguration{},
	proxyv1alpha1.KubeProxyConfiguration{},
	rbacv1.ClusterRole{},
	rbacv1.ClusterRoleBinding{},
	rbacv1.Role{},
	rbacv1.RoleBinding{},
	schedulerv1.KubeSchedulerConfiguration{},
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func main() {
	var lines []string
	for _, object := range objects {
		kind := reflect.TypeOf(object)
		lines = append(lines, walk(kind.Name(), kind, nil)...)
	}
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		fmt.Println(line)
	}
}

// walk gives the lines of a value and of all that is in it.
func walk(path string, kind reflect.Type, within []reflect.Type) []string {
	for kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	if reflect.PointerTo(kind).Implements(unmarshaler) {
		return []string{path + " any"}
	}
	switch kind.Kind() {
	case reflect.Struct:
		if slices.Contains(within, kind) {
			return []string{path + " any"}
		}
		return append([]string{path + " object"}, walkFields(path, kind, append(slices.Clone(within), kind))...)
	case reflect.Slice:
		if kind.Elem().Kind() == reflect.Uint8 {
			return []string{path + " string"}
		}
		return append([]string{path + " list"}, walk(path+"[]", kind.Elem(), within)...)
	case reflect.Map:
		return append([]string{path + " object"}, walk(path+"{}", kind.Elem(), within)...)
	case reflect.Bool, reflect.String:
		return []string{path + " " + kind.Kind().String()}
	case reflect.Interface:
		return []string{path + " any"}
	default:
		return []string{path + " number"}
	}
}

func walkFields(path string, kind reflect.Type, within []reflect.Type) []string {
	var lines []string
	for index := range kind.NumField() {
		field := kind.Field(index)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case name == "":
			// Embedded: its fields are this object's own.
			inner := field.Type
			for inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			lines = append(lines, walkFields(path, inner, within)...)
		default:
			lines = append(lines, walk(path+"."+name, field.Type, within)...)
		}
	}
	return lines
}
