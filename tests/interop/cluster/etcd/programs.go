//go:build programs

// Package programs names the programs of etcd that the tests run, so that go.sum covers them.
package programs

import (
	_ "go.etcd.io/etcd/etcdctl/v3/ctlv3"
	_ "go.etcd.io/etcd/server/v3/etcdmain"
)
