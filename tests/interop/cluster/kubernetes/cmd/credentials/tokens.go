package main

import (
	"context"
	"fmt"

	"gopkg.in/go-jose/go-jose.v2/json"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/kubernetes/pkg/apis/authentication"
	"k8s.io/kubernetes/pkg/apis/authentication/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/serviceaccount"
)

// documents gives the two documents of discovery, as the API server serves them.
func documents(in struct{ Issuer, JWKSURI, Keys string }) (any, error) {
	keys, err := keyutil.ParsePublicKeysPEM([]byte(in.Keys))
	if err != nil {
		return nil, err
	}
	getter, err := serviceaccount.StaticPublicKeysGetter(keys)
	if err != nil {
		return nil, err
	}
	provider, err := serviceaccount.NewOpenIDMetadataProvider(in.Issuer, in.JWKSURI, "", getter)
	if err != nil {
		return nil, err
	}
	config, _ := provider.GetConfigJSON()
	keyset, _ := provider.GetKeysetJSON()
	return map[string]string{"discovery": string(config), "jwks": string(keyset)}, nil
}

type ref struct{ Name, UID string }

func (r *ref) meta() metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: r.Name, UID: types.UID(r.UID)}
}

type claims struct {
	Key, Issuer, Namespace       string
	ServiceAccount               ref
	Pod, Secret, Node            *ref
	ExpirationSeconds, WarnAfter int64
	Audiences                    []string
}

func generator(issuer, key string) (serviceaccount.TokenGenerator, error) {
	private, err := keyutil.ParsePrivateKeyPEM([]byte(key))
	if err != nil {
		return nil, err
	}
	return serviceaccount.JWTTokenGenerator(issuer, private)
}

// boundToken makes a token as the TokenRequest API does; time and identifier are its own.
func boundToken(in claims) (any, error) {
	tokens, err := generator(in.Issuer, in.Key)
	if err != nil {
		return nil, err
	}
	account := core.ServiceAccount{ObjectMeta: in.ServiceAccount.meta()}
	account.Namespace = in.Namespace
	var pod *core.Pod
	var secret *core.Secret
	var node *core.Node
	if in.Pod != nil {
		pod = &core.Pod{ObjectMeta: in.Pod.meta()}
	}
	if in.Secret != nil {
		secret = &core.Secret{ObjectMeta: in.Secret.meta()}
	}
	if in.Node != nil {
		node = &core.Node{ObjectMeta: in.Node.meta()}
	}
	public, private, err := serviceaccount.Claims(
		account, pod, secret, node, nil, nil, in.ExpirationSeconds, in.WarnAfter, in.Audiences, nil,
	)
	if err != nil {
		return nil, err
	}
	return tokens.GenerateToken(context.Background(), public, private)
}

// legacyToken makes a token as the controller-manager puts it into a Secret.
func legacyToken(in claims) (any, error) {
	tokens, err := generator(serviceaccount.LegacyIssuer, in.Key)
	if err != nil {
		return nil, err
	}
	account := corev1.ServiceAccount{ObjectMeta: in.ServiceAccount.meta()}
	account.Namespace = in.Namespace
	public, private := serviceaccount.LegacyClaims(account, corev1.Secret{ObjectMeta: in.Secret.meta()})
	return tokens.GenerateToken(context.Background(), public, private)
}

// objects is a cluster in which every object of a request exists.
type objects struct{ claims }

func (o objects) GetServiceAccount(_ context.Context, namespace, name string) (*corev1.ServiceAccount, error) {
	if namespace != o.Namespace || name != o.ServiceAccount.Name {
		return nil, fmt.Errorf("no service account %s/%s", namespace, name)
	}
	return &corev1.ServiceAccount{ObjectMeta: o.ServiceAccount.meta()}, nil
}

func (o objects) GetPod(_ context.Context, _, name string) (*corev1.Pod, error) {
	if o.Pod == nil || o.Pod.Name != name {
		return nil, fmt.Errorf("no pod %s", name)
	}
	return &corev1.Pod{ObjectMeta: o.Pod.meta()}, nil
}

func (o objects) GetSecret(_ context.Context, _, name string) (*corev1.Secret, error) {
	if o.Secret == nil || o.Secret.Name != name {
		return nil, fmt.Errorf("no secret %s", name)
	}
	return &corev1.Secret{ObjectMeta: o.Secret.meta()}, nil
}

func (o objects) GetNode(_ context.Context, name string) (*corev1.Node, error) {
	if o.Node == nil || o.Node.Name != name {
		return nil, fmt.Errorf("no node %s", name)
	}
	return &corev1.Node{ObjectMeta: o.Node.meta()}, nil
}

func (objects) GetValidatingWebhookConfiguration(
	context.Context, string,
) (*admissionregistrationv1.ValidatingWebhookConfiguration, error) {
	return nil, fmt.Errorf("no webhooks")
}

func (objects) GetMutatingWebhookConfiguration(
	context.Context, string,
) (*admissionregistrationv1.MutatingWebhookConfiguration, error) {
	return nil, fmt.Errorf("no webhooks")
}

// authenticate judges a token as the API server does, in a cluster that has the objects given. The legacy validator
// does without looking up, as its Secret would have to hold the very token.
func authenticate(in struct {
	claims
	Token string
}) (any, error) {
	keys, err := keyutil.ParsePublicKeysPEM([]byte(in.Key))
	if err != nil {
		return nil, err
	}
	getter, err := serviceaccount.StaticPublicKeysGetter(keys)
	if err != nil {
		return nil, err
	}
	bound := serviceaccount.JWTTokenAuthenticator(
		[]string{in.Issuer}, getter, in.Audiences, serviceaccount.NewValidator(objects{in.claims}),
	)
	response, ok, err := bound.AuthenticateToken(context.Background(), in.Token)
	if err == nil && !ok {
		validator, failure := serviceaccount.NewLegacyValidator(false, nil, nil)
		if failure != nil {
			return nil, failure
		}
		legacy := serviceaccount.JWTTokenAuthenticator(
			[]string{serviceaccount.LegacyIssuer}, getter, in.Audiences, validator,
		)
		response, ok, err = legacy.AuthenticateToken(context.Background(), in.Token)
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("not this issuer's token")
	}
	return map[string]any{
		"name":      response.User.GetName(),
		"uid":       response.User.GetUID(),
		"groups":    response.User.GetGroups(),
		"extra":     response.User.GetExtra(),
		"audiences": response.Audiences,
	}, nil
}

// tokenRequest gives what the API server says of a TokenRequest.
func tokenRequest(in struct{ ExpirationSeconds int64 }) (any, error) {
	request := &authentication.TokenRequest{
		Spec: authentication.TokenRequestSpec{ExpirationSeconds: in.ExpirationSeconds},
	}
	faults := []string{}
	for _, fault := range validation.ValidateTokenRequest(request) {
		faults = append(faults, fault.Error())
	}
	return faults, nil
}

// names gives what the API server says of names: of namespaces, and of everything else that a token names.
func names(in []string) (any, error) {
	var all []any
	for _, name := range in {
		others := [][]string{
			corevalidation.ValidateServiceAccountName(name, false),
			corevalidation.ValidatePodName(name, false),
			corevalidation.ValidateSecretName(name, false),
			corevalidation.ValidateNodeName(name, false),
		}
		for _, other := range others {
			if fmt.Sprint(other) != fmt.Sprint(others[0]) {
				return nil, fmt.Errorf("names of kinds differ")
			}
		}
		namespace := apivalidation.ValidateNamespaceName(name, false)
		all = append(all, map[string][]string{"namespace": namespace, "other": others[0]})
	}
	return all, nil
}

// marshal writes texts as the claims of tokens are written.
func marshal(in []string) (any, error) {
	text, err := json.Marshal(in)
	return string(text), err
}

// constants gives what Kubernetes has fixed.
func constants(struct{}) (any, error) {
	return map[string]any{
		"extendedFrom": serviceaccount.WarnOnlyBoundTokenExpirationSeconds,
		"extendedTo":   serviceaccount.ExpirationExtensionSeconds,
		"legacyIssuer": serviceaccount.LegacyIssuer,
		"discovery":    serviceaccount.OpenIDConfigPath,
		"jwks":         serviceaccount.JWKSPath,
	}, nil
}
