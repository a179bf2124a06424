package main

import (
	"context"
	"crypto/x509"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/token/tokenfile"
	"k8s.io/client-go/kubernetes/fake"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	bootstrapapi "k8s.io/cluster-bootstrap/token/api"
	"k8s.io/cluster-bootstrap/token/jws"
	bootstraputil "k8s.io/cluster-bootstrap/token/util"
	bootstraptokenv1 "k8s.io/kubernetes/cmd/kubeadm/app/apis/bootstraptoken/v1"
	kubeadmapi "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm"
	"k8s.io/kubernetes/cmd/kubeadm/app/discovery"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/bootstraptoken/clusterinfo"
	"k8s.io/kubernetes/cmd/kubeadm/app/util/pubkeypin"
	bootstrapauth "k8s.io/kubernetes/plugin/pkg/auth/authenticator/token/bootstrap"
)

type secrets struct{ secret *corev1.Secret }

func (s secrets) List(labels.Selector) ([]*corev1.Secret, error) {
	return []*corev1.Secret{s.secret}, nil
}

func (s secrets) Get(name string) (*corev1.Secret, error) {
	if s.secret.Name != name {
		return nil, errors.New("no such secret")
	}
	return s.secret, nil
}

type person struct {
	Name   string   `json:"name"`
	UID    string   `json:"uid"`
	Groups []string `json:"groups"`
}

func who(response *authenticator.Response) person {
	return person{response.User.GetName(), response.User.GetUID(), response.User.GetGroups()}
}

// bootstrap makes the Secret of a token as kubeadm does, and says who comes in with the token when the cluster holds
// the Secret that was given.
func bootstrap(in struct {
	ID, Secret, Description string
	Expires                 *metav1.Time
	Usages, Groups          []string
	Object                  *corev1.Secret
}) (any, error) {
	token, err := bootstraptokenv1.NewBootstrapTokenStringFromIDAndSecret(in.ID, in.Secret)
	if err != nil {
		return nil, err
	}
	if err := bootstraputil.ValidateUsages(in.Usages); err != nil {
		return nil, err
	}
	wanted := bootstraptokenv1.BootstrapTokenToSecret(&bootstraptokenv1.BootstrapToken{
		Token: token, Description: in.Description, Expires: in.Expires, Usages: in.Usages, Groups: in.Groups,
	})
	// The API server moves stringData into data.
	for key, value := range in.Object.StringData {
		if in.Object.Data == nil {
			in.Object.Data = map[string][]byte{}
		}
		in.Object.Data[key] = []byte(value)
	}
	data := map[string]string{}
	for key, value := range wanted.Data {
		data[key] = string(value)
	}
	out := map[string]any{
		"name": wanted.Name, "namespace": wanted.Namespace, "type": string(wanted.Type), "data": data,
	}
	if back, err := bootstraptokenv1.BootstrapTokenFromSecret(in.Object); err != nil {
		out["fromSecret"] = err.Error()
	} else {
		out["fromSecret"] = back.Token.String()
	}
	response, ok, err := bootstrapauth.NewTokenAuthenticator(secrets{in.Object}).
		AuthenticateToken(context.Background(), token.String())
	if err != nil {
		return nil, err
	}
	if ok {
		out["who"] = who(response)
	}
	return out, nil
}

// groups gives what is said of each group of a bootstrap token.
func groups(in []string) (any, error) {
	faults := []string{}
	for _, group := range in {
		if err := bootstraputil.ValidateBootstrapGroupName(group); err != nil {
			faults = append(faults, err.Error())
			continue
		}
		faults = append(faults, "")
	}
	return faults, nil
}

// detached signs as the bootstrap signer does, and says whether another's signature is the same.
func detached(in struct{ Content, ID, Secret, Signature string }) (any, error) {
	signature, err := jws.ComputeDetachedSignature(in.Content, in.ID, in.Secret)
	return map[string]any{
		"signature": signature,
		"isValid":   jws.DetachedTokenIsValid(in.Signature, in.Content, in.ID, in.Secret),
		"key":       bootstrapapi.JWSSignatureKeyPrefix + in.ID,
	}, err
}

// clusterInfo makes what kubeadm's phase bootstrap-token makes of an administrator's kubeconfig.
func clusterInfo(in struct {
	Server    string
	Authority []byte
}) (any, error) {
	client := fake.NewClientset()
	config := clientcmdapi.NewConfig()
	config.Clusters["kubernetes"] = &clientcmdapi.Cluster{Server: in.Server, CertificateAuthorityData: in.Authority}
	config.Contexts["admin"] = &clientcmdapi.Context{Cluster: "kubernetes", AuthInfo: "admin"}
	config.CurrentContext = "admin"
	if err := clusterinfo.CreateBootstrapConfigMapIfNotExists(client, config); err != nil {
		return nil, err
	}
	if err := clusterinfo.CreateClusterInfoRBACRules(client); err != nil {
		return nil, err
	}
	ctx := context.Background()
	configMap, err := client.CoreV1().ConfigMaps(metav1.NamespacePublic).
		Get(ctx, bootstrapapi.ConfigMapClusterInfo, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	name := clusterinfo.BootstrapSignerClusterRoleName
	role, err := client.RbacV1().Roles(metav1.NamespacePublic).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	binding, err := client.RbacV1().RoleBindings(metav1.NamespacePublic).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	configMap.ManagedFields, role.ManagedFields, binding.ManagedFields = nil, nil, nil
	return []any{configMap, role, binding}, nil
}

// pin gives kubeadm's hash of a public key, by which --discovery-token-ca-cert-hash knows a CA.
func pin(in struct{ SPKI []byte }) (any, error) {
	certificate := &x509.Certificate{RawSubjectPublicKeyInfo: in.SPKI}
	hash := pubkeypin.Hash(certificate)
	set := pubkeypin.NewSet()
	if err := set.Allow(hash); err != nil {
		return nil, err
	}
	return hash, set.CheckAny([]*x509.Certificate{certificate})
}

// tokenFile reads a file of static tokens with encoding/csv and as the API server does, and says who each token is.
func tokenFile(in struct {
	Text   string
	Tokens []string
}) (any, error) {
	reader := csv.NewReader(strings.NewReader(in.Text))
	reader.FieldsPerRecord = -1
	records := [][]string{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	file, err := os.CreateTemp("", "tokens")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(in.Text); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	tokens, err := tokenfile.NewCSV(file.Name())
	if err != nil {
		return nil, err
	}
	people := []any{}
	for _, token := range in.Tokens {
		response, ok, err := tokens.AuthenticateToken(context.Background(), token)
		if err != nil {
			return nil, err
		}
		if !ok {
			people = append(people, nil)
			continue
		}
		people = append(people, who(response))
	}
	return map[string]any{"records": records, "people": people}, nil
}

// discover finds a cluster as a joining node of kubeadm's does, by a token and the hash of its CA.
func discover(in struct {
	Endpoint, Token string
	Hashes          []string
	Seconds         int
}) (any, error) {
	found, err := discovery.For(nil, &kubeadmapi.JoinConfiguration{
		Discovery: kubeadmapi.Discovery{
			BootstrapToken: &kubeadmapi.BootstrapTokenDiscovery{
				Token: in.Token, APIServerEndpoint: in.Endpoint, CACertHashes: in.Hashes,
			},
			TLSBootstrapToken: in.Token,
		},
		Timeouts: &kubeadmapi.Timeouts{
			Discovery: &metav1.Duration{Duration: time.Duration(in.Seconds) * time.Second},
		},
	})
	if err != nil {
		return nil, err
	}
	return discovered(found)
}

// discoverByFile does the same with --discovery-file, from a kubeconfig with a token in it.
func discoverByFile(in struct {
	Path    string
	Seconds int
}) (any, error) {
	found, err := discovery.For(nil, &kubeadmapi.JoinConfiguration{
		Discovery: kubeadmapi.Discovery{File: &kubeadmapi.FileDiscovery{KubeConfigPath: in.Path}},
		Timeouts: &kubeadmapi.Timeouts{
			Discovery: &metav1.Duration{Duration: time.Duration(in.Seconds) * time.Second},
		},
	})
	if err != nil {
		return nil, err
	}
	return discovered(found)
}

func discovered(config *clientcmdapi.Config) (any, error) {
	for _, cluster := range config.Clusters {
		return map[string]string{
			"server": cluster.Server, "authority": string(cluster.CertificateAuthorityData),
		}, nil
	}
	return nil, errors.New("no cluster")
}
