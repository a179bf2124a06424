/**
 * Pods of many kinds, whole and broken: which programs they start, with which flags, on which files of the machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Invocation, lastOf, pathOnHost } from "../scripts/inspect/flags/invocation.ts";
import { invocationsOfPod } from "../scripts/inspect/flags/manifest_invocation.ts";
import { readInvocationLines } from "../scripts/inspect/flags/manifest_lines.ts";
import { parseAllDocuments } from "../scripts/shared/npm/yaml.ts";

function shown(found: readonly Invocation[]): string[] {
  return found.map(({ component, arguments: given }) =>
    [component, ...given.map(({ name, value }) => value === undefined ? `--${name}` : `--${name}=${value}`)]
      .join(" ")
  );
}

/** What a pod with one container starts. */
function started(container: unknown, rest: Record<string, unknown> = {}): string[] {
  return shown(
    invocationsOfPod({ apiVersion: "v1", kind: "Pod", spec: { containers: [container], ...rest } }),
  );
}

Deno.test("a container's command and arguments are one command line", () => {
  const flags = [
    "--tls-cert-file=/pki/a.crt",
    "--tls-private-key-file",
    "/pki/a.key",
    "--anonymous-auth",
    "--v=2",
  ];
  const expected = [
    "kube-apiserver --tls-cert-file=/pki/a.crt --tls-private-key-file=/pki/a.key --anonymous-auth --v=2",
  ];
  for (
    const container of [
      { command: ["kube-apiserver", ...flags] },
      { command: ["/usr/local/bin/kube-apiserver"], args: flags },
      { command: ["/hyperkube", "apiserver", ...flags] },
      { args: flags, image: "registry.k8s.io/kube-apiserver:v1.36.3" },
      { args: flags, image: "host:5000/x/kube-apiserver-amd64@sha256:0123" },
      { args: flags, image: "x/y", name: "kube-apiserver" },
      { args: ["--log-file=/x", "--also-stdout", "/usr/local/bin/kube-apiserver", ...flags], image: "x/y" },
      // A continued line of a plain scalar, which YAML folds.
      { command: ["/bin/sh", "-c", `exec kube-apiserver \\ ${flags.join(" ")} # a comment`] },
      { command: ["/go-runner", "--log-file=/x", "kube-apiserver", ...flags] },
      {
        command: ["/bin/sh", "-c"],
        args: [`exec kube-apiserver \\\n  ${flags.join(" ")} 1>>/x 2>&1`],
      },
    ]
  ) {
    assert.deepEqual(started(container), expected, JSON.stringify(container));
  }
  assert.deepEqual(
    started({ command: ["/bin/sh", "-c", "mkfifo /p; (tee /x < /p & ) ; exec kube-proxy --v=2 > /p"] }),
    [
      "kube-proxy --v=2",
    ],
  );
  assert.deepEqual(started({ image: "x/etcd:3", args: ["--data-dir", "/var/lib/etcd", "--name=a"] }), [
    "etcd --data-dir=/var/lib/etcd --name=a",
  ]);
  assert.deepEqual(started({ image: "nginx", args: ["--tls-cert-file=/x"] }), []);
  assert.deepEqual(
    started({ command: ["kubelet"] }, { containers: undefined, initContainers: [{ command: ["kubelet"] }] }),
    [],
  );
});

Deno.test("variables of a container are replaced, and those of etcd are flags", () => {
  const env = [
    { name: "HOST", value: "10.0.0.1" },
    { name: "URL", value: "https://$(HOST):2379" },
    { name: "POD", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    { name: "ETCD_KEY_FILE", value: "/etc/etcd/a.key" },
    { name: "ETCD_NAME", value: "never" },
  ];
  assert.deepEqual(
    started({ command: ["etcd", "--name=a", "--listen-client-urls=$(URL),$(POD),$$(URL)"], env }),
    [
      "etcd --key-file=/etc/etcd/a.key --name=a --listen-client-urls=https://10.0.0.1:2379,$(POD),$(URL)",
    ],
  );
});

Deno.test("what makes pods is looked into, and lists are", () => {
  const spec = { containers: [{ command: ["kube-proxy", "--config=/c"] }] };
  const template = { metadata: {}, spec };
  for (
    const object of [
      { kind: "Pod", spec },
      { kind: "DaemonSet", spec: { template } },
      { kind: "CronJob", spec: { jobTemplate: { spec: { template } } } },
      { kind: "PodTemplate", template },
      { kind: "List", items: [{ kind: "Deployment", spec: { template } }] },
    ]
  ) assert.deepEqual(shown(invocationsOfPod(object)), ["kube-proxy --config=/c"], object.kind);
  for (
    const other of [undefined, null, 1, "x", [], {}, { spec: [] }, {
      spec: { containers: [null, 1, { command: {} }] },
    }]
  ) {
    assert.deepEqual(invocationsOfPod(other), []);
  }
});

Deno.test("a path in a container is the machine's path of the closest mount", () => {
  const [found] = invocationsOfPod({
    spec: {
      containers: [{
        command: ["etcd", "--cert-file=/pki/etcd/a.crt"],
        workingDir: "/pki",
        volumeMounts: [
          { name: "pki", mountPath: "/pki/", readOnly: true },
          { name: "etcd", mountPath: "/pki/etcd", subPath: "tls" },
          { name: "secret", mountPath: "/pki/secret" },
          { name: "file", mountPath: "/kube.conf" },
        ],
      }],
      volumes: [
        { name: "pki", hostPath: { path: "/etc/kubernetes/pki" } },
        { name: "etcd", hostPath: { path: "/srv/etcd/" } },
        { name: "secret", secret: {} },
        { name: "file", hostPath: { path: "/etc/kubernetes/scheduler.conf" } },
      ],
    },
  });
  assert.ok(found !== undefined);
  assert.deepEqual(found.mounts[0], {
    hostPath: "/etc/kubernetes/pki",
    mountPath: "/pki/",
    isReadOnly: true,
  });
  for (
    const [inside, onHost] of [
      ["/pki/ca.crt", "/etc/kubernetes/pki/ca.crt"],
      ["/pki/etcd/a.crt", "/srv/etcd/tls/a.crt"],
      ["/pki/etcdx", "/etc/kubernetes/pki/etcdx"],
      ["/pki/etcd/../ca.crt", "/etc/kubernetes/pki/ca.crt"],
      ["/pki/secret/x", "/pki/secret/x"],
      ["/kube.conf", "/etc/kubernetes/scheduler.conf"],
      ["ca.crt", "/etc/kubernetes/pki/ca.crt"],
      ["/other", "/other"],
    ] as const
  ) assert.equal(pathOnHost(found, inside), onHost, inside);
});

/** Of the shape that no YAML parser takes: comments inside of a plain scalar, and a flag that is given twice. */
const BROKEN = `# written by hand
apiVersion: v1
kind: Pod
metadata:
  labels: { component: kube-apiserver }
  name: kube-apiserver
spec:
  containers:
  - command:
    - /bin/sh
    - -c
    - exec /usr/local/bin/kube-apiserver --v=2 \\
      --allow-privileged=true
      # who may come in
      --client-ca-file=/srv/pki/clients.crt \\
      --tls-cert-file=/srv/pki/old.crt   # the first
      --tls_private_key_file /srv/pki/server.key
      #--oidc-ca-file=/srv/pki/never.crt
      --tls-cert-file=/srv/pki/server.crt
      --requestheader-client-ca-file=/srv/pki/front.crt
      --token-auth-file=/srv/tokens.csv
      --basic-auth-file="/srv/passwords.csv"
      --anonymous-auth
      --etcd-servers=http://127.0.0.1:2379 1>>/var/log/kube-apiserver.log
      2>&1
    image: registry.example.org/kube-apiserver:v1.9.7
    livenessProbe:
      httpGet: { path: /healthz, port: 8080 }
    name: kube-apiserver
    volumeMounts:
    - mountPath: /srv
      name: srv
      readOnly: true
    - mountPath: /var/log
      name: log
  volumes:
  - hostPath:
      path: /etc/srv/kubernetes
    name: srv
  - name: log
    emptyDir: {}
`;

Deno.test("a manifest that is no YAML still gives every flag, with its line and its file on the machine", () => {
  assert.ok(parseAllDocuments(BROKEN).some(({ errors }) => errors.length > 0), "YAML can be made of it");
  const [found, ...others] = readInvocationLines(BROKEN);
  assert.ok(found !== undefined);
  assert.deepEqual(others, []);
  assert.deepEqual([found.program, found.component, found.line], ["kube-apiserver", "kube-apiserver", 12]);
  assert.deepEqual(found.arguments.map(({ name, value, line }) => [line, name, value]), [
    [12, "v", "2"],
    [13, "allow-privileged", "true"],
    [15, "client-ca-file", "/srv/pki/clients.crt"],
    [16, "tls-cert-file", "/srv/pki/old.crt"],
    [17, "tls-private-key-file", "/srv/pki/server.key"],
    [19, "tls-cert-file", "/srv/pki/server.crt"],
    [20, "requestheader-client-ca-file", "/srv/pki/front.crt"],
    [21, "token-auth-file", "/srv/tokens.csv"],
    [22, "basic-auth-file", "/srv/passwords.csv"],
    [23, "anonymous-auth", undefined],
    [24, "etcd-servers", "http://127.0.0.1:2379"],
  ]);
  assert.equal(lastOf(found, "tls-cert-file")?.value, "/srv/pki/server.crt");
  assert.equal(pathOnHost(found, "/srv/pki/server.crt"), "/etc/srv/kubernetes/pki/server.crt");
  assert.equal(pathOnHost(found, "/var/log/x"), "/var/log/x");
});

Deno.test("lines of other shapes are read too", () => {
  const list = "kind: Pod\nmetadata:\n  name: etcd\nspec:\n  containers:\n  - command:\n    - etcd\n" +
    "    - --name\n    - etcd\n    # - --cert-file=/never\n    - '--cert-file=/a.crt'\n     - --key-file=/a.key\n    image: x\n";
  assert.deepEqual(shown(readInvocationLines(list)), [
    "etcd --name=etcd --cert-file=/a.crt --key-file=/a.key",
  ]);
  const flow =
    'kind: Pod\n\tmetadata: {name: x}\n  - command: ["kube-proxy", "--config=/c", "--v", "2"]\n  image: x\n';
  assert.deepEqual(shown(readInvocationLines(flow)), ["kube-proxy --config=/c --v=2"]);
  const plain = "  - command: [kube-proxy, --config=/c, --v=2]\n";
  assert.deepEqual(shown(readInvocationLines(plain)), ["kube-proxy --config=/c --v=2"]);
  const json = '{"kind": "Pod",\n"name": "kube-scheduler",\n"command": [\n"/bin/sh",\n"-c",\n' +
    '"exec kube-scheduler --config=/c --kubeconfig=/k"\n],\n"image": "kube-scheduler"\n';
  assert.deepEqual(shown(readInvocationLines(json)), ["kube-scheduler --config=/c --kubeconfig=/k"]);
  const args = "metadata:\n  name: kube-proxy\nspec:\n  args:\n  - --config=/c\n  -- \n  image: a\n";
  assert.deepEqual(shown(readInvocationLines(args)), ["kube-proxy --config=/c"]);
  const two = `${list}---\r\n${BROKEN}`;
  assert.deepEqual(readInvocationLines(two).map(({ component, line }) => [component, line]), [
    ["etcd", 7],
    ["kube-apiserver", 26],
  ]);
  assert.deepEqual(readInvocationLines("name: x\nimage: kube-apiserver\n  --flag=1\n"), []);
});
