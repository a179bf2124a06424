/**
 * systemd units of many kinds: which programs they start, with which flags, and where those stand.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readEnvironmentFile } from "../scripts/inspect/flags/environment_file.ts";
import { isOn, lastOf, listOf, pathOnHost } from "../scripts/inspect/flags/invocation.ts";
import { isUnit, readUnit, type UnitOptions } from "../scripts/inspect/flags/unit.ts";
import { expandWords } from "../scripts/inspect/flags/unit_words.ts";
import VECTORS from "./systemd_words.json" with { type: "json" };

/** Programs with their flags as words, such as `etcd --name=a`. */
function started(text: string, options: UnitOptions = {}): string[] {
  return readUnit(text, options).map(({ component, arguments: given }) =>
    [component, ...given.map(({ name, value }) => value === undefined ? `--${name}` : `--${name}=${value}`)]
      .join(" ")
  );
}

/** A service with one assignment a line. */
function service(...lines: readonly string[]): string {
  return ["[Unit]", "Description=x", "", "[Service]", ...lines, ""].join("\n");
}

/** Of the shape of the guide's unit. */
const API_SERVER = `[Unit]
Description=Kubernetes API Server
Documentation=https://github.com/kubernetes/kubernetes

[Service]
ExecStart=/usr/local/bin/kube-apiserver \\
  --allow-privileged=true \\
  --client-ca-file=/var/lib/kubernetes/ca.crt \\
  --etcd-servers=http://127.0.0.1:2379,https://10.0.0.2:2379 \\
# --basic-auth-file=/var/lib/kubernetes/passwords.csv \\
  ; another comment
  --runtime-config='api/all=true' \\
  --service-account-key-file=/var/lib/kubernetes/a.crt \\
  --service-account-key-file /var/lib/kubernetes/b.crt \\
  --tls_cert_file=/var/lib/kubernetes/kube-api-server.crt \\
  --v=2
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;

Deno.test("a unit with continued lines gives every flag with its line, comments between them left out", () => {
  const [found, ...others] = readUnit(API_SERVER);
  assert.ok(found !== undefined);
  assert.deepEqual(others, []);
  assert.deepEqual([found.program, found.component, found.line], ["kube-apiserver", "kube-apiserver", 6]);
  assert.deepEqual(found.arguments.map(({ name, value, line }) => [name, value, line]), [
    ["allow-privileged", "true", 7],
    ["client-ca-file", "/var/lib/kubernetes/ca.crt", 8],
    ["etcd-servers", "http://127.0.0.1:2379,https://10.0.0.2:2379", 9],
    ["runtime-config", "api/all=true", 12],
    ["service-account-key-file", "/var/lib/kubernetes/a.crt", 13],
    ["service-account-key-file", "/var/lib/kubernetes/b.crt", 14],
    ["tls-cert-file", "/var/lib/kubernetes/kube-api-server.crt", 15],
    ["v", "2", 16],
  ]);
  assert.deepEqual(listOf(found, "etcd-servers"), ["http://127.0.0.1:2379", "https://10.0.0.2:2379"]);
  assert.equal(lastOf(found, "service-account-key-file")?.value, "/var/lib/kubernetes/b.crt");
  assert.equal(isOn(found, "allow-privileged"), true);
  assert.equal(isOn(found, "anonymous-auth"), undefined);
});

Deno.test("etcd takes flags with one dash, quoted ones, and those of its environment that no flag is against", () => {
  const text = service(
    "Environment=ETCD_NAME=one 'ETCD_CERT_FILE=/etc/etcd/a b.crt'",
    'Environment="ETCD_TRUSTED_CA_FILE=/etc/etcd/ca.crt" ETCD_UNUSED=',
    "ExecStart=/usr/local/bin/etcd -name two \\",
    '  --client-cert-auth "--key-file=/etc/etcd/a.key" \\',
    "  --listen-client-urls https://10.0.0.1:2379,https://127.0.0.1:2379",
  );
  assert.deepEqual(started(text), [
    "etcd --cert-file=/etc/etcd/a b.crt --trusted-ca-file=/etc/etcd/ca.crt --name=two --client-cert-auth " +
    "--key-file=/etc/etcd/a.key --listen-client-urls=https://10.0.0.1:2379,https://127.0.0.1:2379",
  ]);
  assert.deepEqual(readUnit(text)[0]?.arguments.map(({ from }) => from).slice(0, 3), [
    ...["environment", "environment", "argument"],
  ]);
});

Deno.test("variables of the unit and of its files are replaced, a file winning, the last one most", () => {
  const files: Record<string, string> = {
    "/etc/a": "# comment\nARGS=--kubeconfig=/a --config=/c\nKEPT='x y'\n",
    "/etc/b": 'ARGS="--kubeconfig=/b --node-ip=10.0.0.1"\n',
  };
  const text = service(
    'Environment="ARGS=--never" MORE=--v=2',
    "EnvironmentFile=/etc/a",
    "EnvironmentFile=-/etc/b",
    "EnvironmentFile=-/etc/none",
    "ExecStart=/usr/bin/kubelet $ARGS $MORE --hostname-override=${KEPT} $$x $UNSET",
  );
  const readFile = (path: string): string | undefined => files[path];
  assert.deepEqual(started(text, { readFile }), [
    "kubelet --kubeconfig=/b --node-ip=10.0.0.1 --v=2 --hostname-override=x y",
  ]);
  const [found] = readUnit(text.replace("-/etc/none", "/etc/none"), { readFile });
  assert.deepEqual(found?.unread, ["/etc/none"]);
  // A colon in front of the program: variables stay.
  assert.deepEqual(started(service("Environment=A=x", "ExecStart=:/usr/bin/kubelet --config=$A")), [
    "kubelet --config=$A",
  ]);
});

Deno.test("drop-ins add, and an empty ExecStart takes back what stood before", () => {
  const unit = service("ExecStart=/usr/bin/kubelet");
  const dropIn =
    '# kubeadm\'s\n[Service]\nEnvironment="A=--kubeconfig=/etc/kubernetes/kubelet.conf"\nExecStart=\n' +
    "ExecStart=/usr/bin/kubelet $A\n";
  assert.deepEqual(started(unit, { dropIns: [dropIn] }), [
    "kubelet --kubeconfig=/etc/kubernetes/kubelet.conf",
  ]);
  assert.equal(readUnit(unit, { dropIns: [dropIn] })[0]?.line, undefined);
  assert.deepEqual(started(unit, { dropIns: ["[Service]\nExecStart=\n"] }), []);
  assert.deepEqual(started(unit, { dropIns: ["[Unit]\nExecStart=\n"] }), ["kubelet"]);
  assert.deepEqual(started(dropIn), ["kubelet --kubeconfig=/etc/kubernetes/kubelet.conf"]);
});

Deno.test("programs behind prefixes, shells and wrappers are found", () => {
  const flag = "--kubeconfig=/k";
  for (
    const command of [
      `-/usr/bin/kube-proxy ${flag}`,
      `@/usr/bin/kube-proxy proxy ${flag}`,
      `+!!/usr/bin/kube-proxy-v1.36.3 ${flag}`,
      `/bin/sh -c "exec kube-proxy ${flag}"`,
      `/bin/bash -o pipefail -ec 'set -e; test -f /k && exec /opt/kube-proxy ${flag} 1>>/var/log/x 2>&1'`,
      `/bin/sh -c 'K=/k; exec kube-proxy --kubeconfig=$K'`,
      `/usr/bin/env A=b nice -n 10 /usr/bin/kube-proxy ${flag}`,
      `/usr/bin/numactl --interleave=all kube-proxy ${flag}`,
      `/usr/bin/hyperkube proxy ${flag}`,
      `/hyperkube kube-proxy ${flag}`,
      `/sbin/start-stop-daemon --start --exec /usr/bin/kube-proxy -- ${flag}`,
      `/usr/bin/nice sh -c 'nohup kube-proxy ${flag} &'`,
      `/bin/true a \\; b ; /usr/bin/kube-proxy ${flag}`,
      `"/usr/bin/kube-proxy" "--kubeconfig" \\x2fk`,
    ]
  ) {
    assert.deepEqual(
      started(service("Type=oneshot", `ExecStart=${command}`)),
      [`kube-proxy ${flag}`],
      command,
    );
  }
  for (
    const other of [
      "/usr/bin/containerd",
      "/bin/sh -c 'echo kube-proxy'",
      "/usr/bin/etcd-manager",
      "kube-proxy '",
    ]
  ) {
    assert.deepEqual(started(service(`ExecStart=${other} ${flag}`)), [], other);
  }
});

Deno.test("relative paths begin in the working folder", () => {
  const [found] = readUnit(
    service("WorkingDirectory=-/srv/etcd", "ExecStart=/bin/etcd --cert-file=tls/../a.crt"),
  );
  assert.ok(found !== undefined);
  assert.equal(pathOnHost(found, "tls/../a.crt"), "/srv/etcd/a.crt");
  assert.equal(pathOnHost(found, "/x//./y"), "/x/y");
});

Deno.test("a unit is told from other files", () => {
  for (const text of [API_SERVER, "\ufeff# a\n\n; b\n[Service]\n", "[Install]\r\n", "[Unit]"]) {
    assert.ok(isUnit(text));
  }
  for (const text of ["", "[plugins]\n", "a: b\n[Unit]\n", "{}", "[Unit] x\n", "[[Unit]]\n"]) {
    assert.ok(!isUnit(text), text);
  }
});

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines, its own examples. */
Deno.test("the manual's examples give the manual's words", () => {
  const expand = (line: string, environment: Record<string, string>): string[] =>
    expandWords(line.split(" ").map((text) => ({ text })), new Map(Object.entries(environment))).map((
      { text },
    ) => text);
  const first = { ONE: "one", TWO: "two two" };
  assert.deepEqual(expand("$ONE $TWO ${TWO}", first), ["one", "two", "two", "two two"]);
  const second = { ONE: "one", TWO: "'two two' too", THREE: "" };
  assert.deepEqual(expand("${ONE} ${TWO} ${THREE}", second), ["one", "'two two' too", ""]);
  assert.deepEqual(expand("$ONE $TWO $THREE", second), ["one", "two two", "too"]);
});

Deno.test("variables are replaced as systemd's own library replaces them", () => {
  assert.ok(VECTORS.expansions.length >= 100);
  for (const { words, environment, result } of VECTORS.expansions) {
    const found = expandWords(words.map((text) => ({ text })), new Map(Object.entries(environment)));
    assert.deepEqual(found.map(({ text }) => text), result, JSON.stringify({ words, environment }));
  }
});

Deno.test("environment files are read as systemd's own library reads them", () => {
  assert.ok(VECTORS.files.length >= 100);
  for (const { text, result } of VECTORS.files) {
    const found = [...readEnvironmentFile(text)].map(([name, value]) => `${name}=${value}`);
    const theirs = new Map(result.map((line) => [line.slice(0, line.indexOf("=")), line]));
    assert.deepEqual(found.sort(), [...theirs.values()].sort(), JSON.stringify(text));
  }
});
