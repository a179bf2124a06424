/**
 * What stands in configurations, units and static pods for the addresses, families and releases that a cluster has.
 *
 * @module
 */
import assert from "node:assert/strict";
import { HardwayError } from "../scripts/shared/errors.ts";
import { parseAllDocuments } from "../scripts/shared/npm/yaml.ts";
import { rendererOf } from "./bundled.ts";

/** The text of a machine's rendered file, by the end of its path. */
function textOf(spec: string, machine: string, ending: string): string {
  const { renderer } = rendererOf(spec);
  const host = renderer.hosts.find(({ name }) => name === machine);
  assert.ok(host !== undefined, `no machine ${machine}`);
  const file = renderer.filesOf(host).find(({ to }) => `/${to}`.endsWith(`/${ending}`));
  assert.ok(file?.kind === "template", `${machine} has no ${ending}`);
  return file.text;
}

/** The flags of a unit's command or a static pod's, by name. */
function flagsOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/--([a-z0-9-]+)=([^\s\\"]*)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** Some of the flags of a unit's command or a static pod's. */
function pick(text: string, names: readonly string[]): Record<string, string | undefined> {
  const flags = flagsOf(text);
  return Object.fromEntries(names.map((name) => [name, flags.get(name)]));
}

interface Probe {
  readonly httpGet: { readonly host: string; readonly port: number };
}

/** Host and port of each probe of a static pod. */
function probesOf(text: string): string[] {
  const [document] = parseAllDocuments(text);
  const pod = document?.toJS() as { spec: { containers: [Readonly<Record<string, unknown>>] } };
  return Object.entries(pod.spec.containers[0]).filter(([key]) => key.endsWith("Probe")).map(
    ([key, value]) => {
      const { host, port } = (value as Probe).httpGet;
      return `${key} ${host} ${port}`;
    },
  );
}

function read(text: string): Readonly<Record<string, unknown>> {
  return parseAllDocuments(text)[0]?.toJS() as Readonly<Record<string, unknown>>;
}

const LAYOUTS = ["hard-way", "kubeadm"] as const;

function cluster(addresses: string, service: string, pods: string, more = ""): string {
  return `name: lab
keys: { ca: ECDSA-P256, leaf: ECDSA-P256 }
serviceCIDRs: [${service}]
podCIDRs: [${pods}]
controlPlane: [{ name: cp, addresses: [${addresses}] }]
${more}`;
}

function inLayout(layout: string, text: string): string {
  return `${text}files: { layout: ${layout} }\n`;
}

/** The file of a component in a layout. */
function fileOf(layout: (typeof LAYOUTS)[number], component: string): string {
  return layout === "kubeadm" ? `manifests/${component}.yaml` : `system/${component}.service`;
}

const IPV6 = cluster('"fd00::10"', '"fd02::/112"', '"fd01::/56"');
const DUAL = cluster(
  '10.240.0.10, "fd00::10"',
  '10.32.0.0/24, "fd02::/112"',
  '10.200.0.0/14, "fd01::/56"',
);

Deno.test("where machines speak IPv6 only, every URL has brackets and every loopback is ::1", () => {
  for (const layout of LAYOUTS) {
    const spec = inLayout(layout, IPV6);
    const etcd = textOf(spec, "cp", fileOf(layout, "etcd"));
    assert.deepEqual(
      pick(etcd, [
        "advertise-client-urls",
        "initial-advertise-peer-urls",
        "initial-cluster",
        "listen-client-urls",
        "listen-metrics-urls",
        "listen-peer-urls",
      ]),
      {
        "advertise-client-urls": "https://[fd00::10]:2379",
        "initial-advertise-peer-urls": "https://[fd00::10]:2380",
        "initial-cluster": "cp=https://[fd00::10]:2380",
        "listen-client-urls": "https://[fd00::10]:2379,https://[::1]:2379",
        "listen-metrics-urls": "http://[::1]:2381",
        "listen-peer-urls": "https://[fd00::10]:2380",
      },
    );
    const server = textOf(spec, "cp", fileOf(layout, "kube-apiserver"));
    assert.deepEqual(
      pick(server, ["advertise-address", "bind-address", "etcd-servers", "service-cluster-ip-range"]),
      {
        "advertise-address": "fd00::10",
        "bind-address": "::",
        "etcd-servers": layout === "kubeadm" ? "https://[::1]:2379" : "https://[fd00::10]:2379",
        "service-cluster-ip-range": "fd02::/112",
      },
    );
    for (const component of ["kube-controller-manager", "kube-scheduler"]) {
      assert.equal(flagsOf(textOf(spec, "cp", fileOf(layout, component))).get("bind-address"), "::1");
    }
    const kubelet = read(
      textOf(spec, "cp", layout === "kubeadm" ? "kubelet/config.yaml" : "kubelet-config.yaml"),
    );
    assert.deepEqual([kubelet["address"], kubelet["clusterDNS"]], ["::", ["fd02::a"]]);
    const proxy = read(textOf(spec, "cp", "kube-proxy-config.yaml"));
    assert.deepEqual([proxy["bindAddress"], proxy["clusterCIDR"]], ["::", "fd01::/56"]);
    for (const { to, text } of renderedOf(spec)) {
      // The API server's certificate is for every loopback.
      if (!to.endsWith("kubeadm.yaml")) assert.doesNotMatch(text, /127\.0\.0\.1|0\.0\.0\.0/);
      assert.doesNotMatch(text, /:\/\/[^[\s,]*::/, "an address in a URL stands in brackets");
    }
  }
  const kubeadm = inLayout("kubeadm", IPV6);
  assert.deepEqual(probesOf(textOf(kubeadm, "cp", "manifests/etcd.yaml")), [
    "startupProbe ::1 2381",
    "livenessProbe ::1 2381",
    "readinessProbe ::1 2381",
  ]);
  assert.deepEqual(probesOf(textOf(kubeadm, "cp", "manifests/kube-apiserver.yaml")), [
    "startupProbe fd00::10 6443",
    "livenessProbe fd00::10 6443",
    "readinessProbe fd00::10 6443",
  ]);
  assert.deepEqual(probesOf(textOf(kubeadm, "cp", "manifests/kube-controller-manager.yaml")), [
    "startupProbe ::1 10257",
    "livenessProbe ::1 10257",
  ]);
  assert.deepEqual(probesOf(textOf(kubeadm, "cp", "manifests/kube-scheduler.yaml")), [
    "startupProbe ::1 10259",
    "livenessProbe ::1 10259",
    "readinessProbe ::1 10259",
  ]);
  const init = read(textOf(kubeadm, "cp", "kubeadm.yaml"));
  assert.deepEqual(init["localAPIEndpoint"], { advertiseAddress: "fd00::10", bindPort: 6443 });
});

/** All that is rendered for a spec. */
function renderedOf(spec: string): { readonly to: string; readonly text: string }[] {
  const { renderer } = rendererOf(spec);
  return renderer.hosts.flatMap((host) =>
    renderer.filesOf(host).flatMap((file) => file.kind === "template" ? [file] : [])
  );
}

Deno.test("where machines speak both families, the service network's first family leads", () => {
  const spec = inLayout("kubeadm", DUAL);
  const server = textOf(spec, "cp", "manifests/kube-apiserver.yaml");
  assert.deepEqual(pick(server, ["advertise-address", "bind-address", "service-cluster-ip-range"]), {
    "advertise-address": "10.240.0.10",
    "bind-address": "::",
    "service-cluster-ip-range": "10.32.0.0/24,fd02::/112",
  });
  const swapped = DUAL.replace('10.32.0.0/24, "fd02::/112"', '"fd02::/112", 10.32.0.0/24');
  const other = textOf(inLayout("kubeadm", swapped), "cp", "manifests/kube-apiserver.yaml");
  assert.equal(flagsOf(other).get("advertise-address"), "fd00::10");
  const kubelet = read(textOf(spec, "cp", "kubelet/config.yaml"));
  // Cluster DNS has one address.
  assert.deepEqual(kubelet["clusterDNS"], ["10.32.0.10"]);
  const manager = textOf(spec, "cp", "manifests/kube-controller-manager.yaml");
  assert.deepEqual(
    pick(manager, [
      "allocate-node-cidrs",
      "bind-address",
      "cluster-cidr",
      "node-cidr-mask-size-ipv4",
      "node-cidr-mask-size-ipv6",
    ]),
    {
      "allocate-node-cidrs": "true",
      "bind-address": "127.0.0.1",
      "cluster-cidr": "10.200.0.0/14,fd01::/56",
      "node-cidr-mask-size-ipv4": "24",
      "node-cidr-mask-size-ipv6": "64",
    },
  );
  const unit = textOf(inLayout("hard-way", DUAL), "cp", "kubelet.service");
  assert.equal(flagsOf(unit).get("node-ip"), "10.240.0.10,fd00::10");
});

Deno.test("a kubelet has its pods' networks, the bridge a range and a route of each, and then nobody allocates", () => {
  const spec = `${DUAL}workers:
  - { name: node-0, addresses: [10.240.0.20, "fd00::20"], podCIDR: [10.200.0.0/24, "fd01::/64"] }
  - { name: node-1, addresses: [10.240.0.21, "fd00::21"], podCIDR: [10.200.1.0/24, "fd01:0:0:1::/64"] }
`;
  assert.equal(read(textOf(spec, "node-0", "kubelet-config.yaml"))["podCIDR"], "10.200.0.0/24,fd01::/64");
  const bridge = JSON.parse(textOf(spec, "node-0", "10-bridge.conf"));
  assert.deepEqual(bridge.ipam, {
    type: "host-local",
    ranges: [[{ subnet: "10.200.0.0/24" }], [{ subnet: "fd01::/64" }]],
    routes: [{ dst: "0.0.0.0/0" }, { dst: "::/0" }],
  });
  assert.deepEqual(textOf(spec, "node-0", "routes.sh").split("\n").slice(3), [
    "ip route replace 10.200.1.0/24 via 10.240.0.21",
    "ip route replace fd01:0:0:1::/64 via fd00::21",
    "",
  ]);
  const manager = textOf(spec, "cp", "kube-controller-manager.service");
  assert.doesNotMatch(manager, /allocate-node-cidrs|cluster-cidr|node-cidr-mask-size/);
});

Deno.test("mask sizes keep within the 16 bits that the controller-manager can deal", () => {
  const masks = (pods: string): (string | undefined)[] => {
    const flags = flagsOf(
      textOf(cluster("10.240.0.10", "10.32.0.0/24", pods), "cp", "kube-controller-manager.service"),
    );
    return [flags.get("cluster-cidr"), flags.get("node-cidr-mask-size-ipv4")];
  };
  assert.deepEqual(masks("10.128.0.0/9"), ["10.128.0.0/9", "24"]);
  assert.deepEqual(masks("32.0.0.0/6"), ["32.0.0.0/6", "22"]);
  assert.deepEqual(masks("10.200.0.0/22"), ["10.200.0.0/22", "26"]);
  const wide = cluster('"fd00::10"', '"fd02::/112"', '"fd01::/40"');
  assert.equal(
    flagsOf(textOf(wide, "cp", "kube-controller-manager.service")).get("node-cidr-mask-size-ipv6"),
    "56",
  );
});

Deno.test("kubeadm is told mask sizes by the flags of each family, which are the ones that it reads", () => {
  const told = (address: string, service: string, pods: string): unknown => {
    const spec = inLayout("kubeadm", cluster(address, service, pods));
    const [, configuration] = parseAllDocuments(textOf(spec, "cp", "kubeadm.yaml"));
    const { controllerManager } = configuration?.toJS() as { controllerManager: { extraArgs: object[] } };
    return controllerManager.extraArgs.slice(0, -3);
  };
  assert.deepEqual(told("10.240.0.10", "10.32.0.0/24", "32.0.0.0/6"), [
    { name: "node-cidr-mask-size-ipv4", value: "22" },
  ]);
  assert.deepEqual(told('"fd00::10"', '"fd02::/112"', '"fd01::/40"'), [
    { name: "node-cidr-mask-size-ipv6", value: "56" },
  ]);
});

Deno.test("cluster DNS has the tenth address of each service network, or the last but one of a small one", () => {
  const dns = (service: string): unknown =>
    read(textOf(cluster("10.240.0.10", service, "10.200.0.0/14"), "cp", "kubelet-config.yaml"))["clusterDNS"];
  assert.deepEqual(dns("10.32.0.0/24"), ["10.32.0.10"]);
  assert.deepEqual(dns("10.32.0.0/28"), ["10.32.0.10"]);
  assert.deepEqual(dns("10.32.0.0/29"), ["10.32.0.6"]);
});

Deno.test("etcd beside the control planes is asked over its members' addresses, and kubeadm told that it is external", () => {
  const spec = cluster(
    "10.240.0.10",
    "10.32.0.0/24",
    "10.200.0.0/14",
    "etcd: { members: [{ name: etcd-0, addresses: [10.240.0.30] }, { name: etcd-1, addresses: [10.240.0.31] }] }\n",
  );
  const both = "https://10.240.0.30:2379,https://10.240.0.31:2379";
  for (const layout of LAYOUTS) {
    const server = textOf(inLayout(layout, spec), "cp", fileOf(layout, "kube-apiserver"));
    assert.equal(flagsOf(server).get("etcd-servers"), both);
  }
  const [, configuration] = parseAllDocuments(textOf(inLayout("kubeadm", spec), "cp", "kubeadm.yaml"));
  assert.deepEqual((configuration?.toJS() as { etcd: unknown }).etcd, {
    external: {
      endpoints: both.split(","),
      caFile: "/etc/kubernetes/pki/etcd/ca.crt",
      certFile: "/etc/kubernetes/pki/apiserver-etcd-client.crt",
      keyFile: "/etc/kubernetes/pki/apiserver-etcd-client.key",
    },
  });
  const stacked = parseAllDocuments(
    textOf(
      inLayout("kubeadm", cluster("10.240.0.10", "10.32.0.0/24", "10.200.0.0/14")),
      "cp",
      "kubeadm.yaml",
    ),
  )[1];
  const { etcd } = stacked?.toJS() as { etcd: { local: { extraArgs: { name: string }[] } } };
  assert.deepEqual(Object.keys(etcd), ["local"]);
  assert.deepEqual(etcd.local.extraArgs.map(({ name }) => name), ["cipher-suites", "tls-min-version"]);
});

Deno.test("kubeadm is told that etcd is external unless its members are the control planes, no more and no fewer", () => {
  const planes =
    "controlPlane: [{ name: cp, addresses: [10.240.0.10] }, { name: cp-1, addresses: [10.240.0.11] }]\n";
  const etcdOf = (names: readonly string[]): unknown => {
    const addresses = new Map([["cp", "10.240.0.10"], ["cp-1", "10.240.0.11"], ["etcd-0", "10.240.0.30"]]);
    const members = names.map((name) => `{ name: ${name}, addresses: [${addresses.get(name)}] }`).join(", ");
    const spec = `name: lab\n${planes}etcd: { members: [${members}] }\n`;
    const [, configuration] = parseAllDocuments(textOf(inLayout("kubeadm", spec), "cp-1", "kubeadm.yaml"));
    return Object.keys((configuration?.toJS() as { etcd: object }).etcd)[0];
  };
  assert.equal(etcdOf(["cp", "cp-1"]), "local");
  assert.equal(etcdOf(["cp-1", "cp"]), "local");
  // kubeadm would want a member on each control plane, and a CA's key to make its certificates.
  assert.equal(etcdOf(["cp"]), "external");
  assert.equal(etcdOf(["cp", "etcd-0"]), "external");
  assert.equal(etcdOf(["cp", "cp-1", "etcd-0"]), "external");
});

Deno.test("kubeadm's API server reaches kubelets by what their certificates name, as the others do", () => {
  for (const workers of ["[{ name: node-0 }]", "[{ name: node-0, addresses: [10.240.0.20] }]"]) {
    const spec = inLayout(
      "kubeadm",
      `name: lab\ncontrolPlane: [{ name: cp, addresses: [10.240.0.10] }]\nworkers: ${workers}\n`,
    );
    const pod = flagsOf(textOf(spec, "cp", fileOf("kubeadm", "kube-apiserver")));
    const [, configuration] = parseAllDocuments(textOf(spec, "cp", "kubeadm.yaml"));
    const { apiServer } = configuration?.toJS() as {
      apiServer: { extraArgs: { name: string; value: string }[] };
    };
    const told = apiServer.extraArgs.find(({ name }) => name === "kubelet-preferred-address-types");
    assert.equal(told?.value, pod.get("kubelet-preferred-address-types"));
  }
});

Deno.test("a large cluster gets no routes of each to each, and a hosts file that nodes can bear", () => {
  const spec = (nodes: number): string =>
    cluster(
      "10.240.0.10",
      "10.32.0.0/24",
      "10.128.0.0/9",
      `workers: [{ name: "pool-[0000-${
        String(nodes - 1).padStart(4, "0")
      }]", addresses: [10.0.0.0/16], podCIDR: 10.128.0.0/15 }]\n`,
    );
  const small = rendererOf(spec(256)).renderer;
  const large = rendererOf(spec(257)).renderer;
  const paths = (renderer: typeof small, name: string): string[] => {
    const host = renderer.hosts.find((one) => one.name === name);
    return host === undefined ? [] : renderer.filesOf(host).map(({ to }) => to);
  };
  assert.ok(paths(small, "pool-0000").includes("etc/kubernetes/routes.sh"));
  assert.ok(!paths(large, "pool-0000").includes("etc/kubernetes/routes.sh"));
  const lines = (name: string): number =>
    textOf(spec(257), name, "kubernetes/hosts").trimEnd().split("\n").length;
  assert.deepEqual([lines("cp"), lines("pool-0007")], [1 + 1 + 257, 1 + 1 + 1]);
});

Deno.test("each release that bundles are made for has its image tags; others are refused with the place", () => {
  for (const [minor, etcd] of [[34, "3.6.5-0"], [35, "3.6.6-0"], [36, "3.6.8-0"], [37, "3.7.0-0"]]) {
    const spec = inLayout(
      "kubeadm",
      `${cluster("10.240.0.10", "10.32.0.0/24", "10.200.0.0/14")}kubernetesVersion: "1.${minor}"\n`,
    );
    assert.match(
      textOf(spec, "cp", "etcd.yaml"),
      new RegExp(`image: registry\\.k8s\\.io/etcd:${etcd}$`, "m"),
    );
    assert.match(
      textOf(spec, "cp", "kube-apiserver.yaml"),
      new RegExp(`image: registry\\.k8s\\.io/kube-apiserver:v1\\.${minor}\\.0$`, "m"),
    );
    assert.match(
      textOf(spec, "cp", "kubeadm.yaml"),
      new RegExp(`^kubernetesVersion: v1\\.${minor}\\.0$`, "m"),
    );
  }
  for (const minor of [19, 33, 38]) {
    assert.throws(
      () =>
        rendererOf(
          `name: lab\nkubernetesVersion: "1.${minor}"\ncontrolPlane: [{ name: cp, addresses: [10.240.0.10] }]\n`,
        ),
      (error) =>
        error instanceof HardwayError && error.code === "spec-invalid" && error.exitCode === 2 &&
        error.message.startsWith(
          `cluster.yaml:2:20: Cannot make bundles for Kubernetes 1.${minor}: expected 1.34 to 1.37\n`,
        ),
    );
  }
});

Deno.test("machines whose name another file beside the bundles has are refused with the place", () => {
  for (const name of ["manifest.json", "manifest.pending.json", "node-0.tar"]) {
    assert.throws(
      () => rendererOf(`name: lab\ncontrolPlane: [{ name: ${name}, addresses: [10.240.0.10] }]\n`),
      (error) =>
        error instanceof HardwayError && error.code === "spec-invalid" &&
        error.message.startsWith(
          `cluster.yaml:2:24: Cannot make a bundle for a machine with the name "${name}"`,
        ),
    );
  }
  assert.throws(
    () =>
      rendererOf(
        "name: lab\ncontrolPlane: [{ name: cp, addresses: [10.240.0.10] }]\netcd: { members: [{ name: admin, addresses: [10.240.0.30] }] }\n",
      ),
    /^HardwayError: cluster\.yaml:3:27: .*as the workstation has it/,
  );
});
