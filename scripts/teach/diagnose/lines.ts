/**
 * One line of a log, whoever wrote it down: wrappers (docker, containerd, the journal) are taken off, and what is left
 * becomes a time, a program and a text with plain quotes.
 *
 * In: a line. Out: its parts; a line of an unknown format is its own text.
 *
 * @module
 */
import { timeOf, timeOfMonthDay, timeOfMonthName } from "./times.ts";

/** A line, unwrapped. */
export interface LogLine {
  /** Unix seconds; undefined where the line does not tell. */
  readonly time: number | undefined;
  /** Such as `kube-apiserver`; undefined where the line does not tell. */
  readonly program: string | undefined;
  /** What was said; quotes in it are not escaped. */
  readonly text: string;
  /** Whether the format is one that is known. */
  readonly isKnown: boolean;
}

/** Programs whose logs are read, the longest names first. */
const PROGRAMS =
  /kube-controller-manager|kube-apiserver|kube-scheduler|kube-proxy|hollow-kubelet|kubelet|etcdctl|etcd|kubectl|kubeadm|containerd|curl|openssl/;

/** The program that a name of a file, a unit or a container stands for. */
export function programIn(name: string): string | undefined {
  return PROGRAMS.exec(name)?.[0].replace("hollow-", "");
}

/** How deep wrappers are taken off: the journal around docker around klog. */
const MAX_DEPTH = 4;

/**
 * Reads a line.
 *
 * @param raw without its line break
 * @param at the moment that counts, Unix seconds: times without a year are the last such before it
 */
export function readLine(raw: string, at: number): LogLine {
  return unwrap(raw.endsWith("\r") ? raw.slice(0, -1) : raw, at, undefined, undefined, false, 0);
}

function unwrap(
  raw: string,
  at: number,
  time: number | undefined,
  program: string | undefined,
  isKnown: boolean,
  depth: number,
): LogLine {
  if (depth < MAX_DEPTH) {
    if (raw.startsWith("{")) {
      const found = readJson(raw);
      if (found !== undefined) {
        const { inner, text, time: own, program: by } = found;
        const said = by ?? program;
        if (inner !== undefined) return unwrap(inner, at, own ?? time, said, true, depth + 1);
        return { time: own ?? time, program: said, text: text ?? "", isKnown: true };
      }
    }
    const cri = CRI.exec(raw);
    if (cri !== null) return unwrap(raw.slice(cri[0].length), at, timeOf(cri[1]), program, true, depth + 1);
    const journal = JOURNAL.exec(raw);
    if (journal !== null) {
      const [whole, iso, month = "", day = "", clock = "", name = ""] = journal;
      const own = iso === undefined ? timeOfMonthName(month, day, clock, at) : timeOf(iso);
      return unwrap(raw.slice(whole.length), at, own, programIn(name) ?? name, true, depth + 1);
    }
  }
  const klog = KLOG.exec(raw);
  if (klog !== null) {
    const [whole, month = "", day = "", clock = ""] = klog;
    const own = timeOfMonthDay(month, day, clock, at) ?? time;
    return { time: own, program, text: plain(raw.slice(whole.length)), isKnown: true };
  }
  const zap = ZAP.exec(raw);
  if (zap !== null) {
    return { time: timeOf(zap[1]) ?? time, program, text: plain(raw.slice(zap[0].length)), isKnown: true };
  }
  const logrus = LOGRUS.exec(raw);
  if (logrus !== null) {
    return { time: timeOf(logrus[1]) ?? time, program, text: plain(raw), isKnown: true };
  }
  const go = GO_LOG.exec(raw);
  if (go !== null) {
    const [whole, year, month, day, clock] = go;
    const own = timeOf(`${year}-${month}-${day}T${clock}Z`);
    return { time: own ?? time, program, text: plain(raw.slice(whole.length)), isKnown: true };
  }
  return { time, program, text: plain(raw), isKnown };
}

/** containerd: `2026-11-26T14:00:00.1Z stderr F text`. */
const CRI = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)) std(?:out|err) [FP] /;
/** journalctl -o short, short-precise, short-iso, short-full: time, host, `program[pid]:`. */
const JOURNAL =
  /^(?:(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| UTC))|([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)(?:\.\d+)?) [^\s:]+ ([^\s:[]+)(?:\[\d+\])?: /;
const KLOG = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d)\.\d+ +\d+ [^\s\]]+\] /;
/** zap's console encoder. */
const ZAP = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{4}))\t(?:debug|info|warn|error|dpanic|panic|fatal)\t/i;
const LOGRUS = /^time="([^"]+)" level=\w+ msg=/;
const GO_LOG = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? /;

/** The most characters of a text that are kept: what it is about stands in front. */
const MAX_TEXT = 8192;

/** Quotes as people write them: messages are quoted in messages. */
function plain(whole: string): string {
  const text = whole.length > MAX_TEXT ? whole.slice(0, MAX_TEXT) : whole;
  return text.includes("\\")
    ? text.replace(/\\{1,8}"/g, '"').replace(/\\[nt]/g, " ").trimEnd()
    : text.trimEnd();
}

interface JsonLine {
  /** A line that is wrapped. */
  readonly inner?: string | undefined;
  readonly text?: string | undefined;
  readonly time: number | undefined;
  readonly program?: string | undefined;
}

function readJson(raw: string): JsonLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const textOf = (name: string): string | undefined => {
    const found = fields.get(name);
    return typeof found === "string" ? found : undefined;
  };
  // docker
  const log = textOf("log");
  if (log !== undefined && fields.has("stream")) {
    return { inner: log.trimEnd(), time: timeOf(textOf("time")) };
  }
  const journal = fields.get("MESSAGE");
  if (journal !== undefined) {
    const micro = Number(textOf("__REALTIME_TIMESTAMP"));
    const name = textOf("SYSLOG_IDENTIFIER") ?? textOf("_SYSTEMD_UNIT") ?? textOf("_COMM");
    return {
      inner: typeof journal === "string" ? journal : bytesOf(journal),
      time: Number.isFinite(micro) && micro > 0 ? Math.floor(micro / 1e6) : undefined,
      program: name === undefined ? undefined : programIn(name) ?? name,
    };
  }
  const msg = textOf("msg") ?? textOf("message");
  if (msg === undefined) return undefined;
  const ts = fields.get("ts") ?? fields.get("time") ?? fields.get("timestamp");
  const rest = [...fields].filter(([name]) => !DROPPED.has(name)).map(([name, one]) =>
    `${name}=${typeof one === "string" ? `"${one}"` : JSON.stringify(one)}`
  );
  return {
    text: plain([msg, ...rest].join(" ")),
    time: typeof ts === "number" ? secondsOf(ts) : typeof ts === "string" ? timeOf(ts) : undefined,
    program: isEtcd(textOf("caller")) ? "etcd" : undefined,
  };
}

const DROPPED: ReadonlySet<string> = new Set(
  ["msg", "message", "ts", "time", "timestamp", "level", "caller", "v", "stacktrace", "args", "tls-info"],
);

/** etcd's own packages. */
function isEtcd(caller: string | undefined): boolean {
  return caller !== undefined &&
    /^(?:embed|etcdmain|etcdserver|rafthttp|raft|v3rpc|membership|mvcc|backend|auth|flags)\//.test(caller);
}

/** component-base writes milliseconds, zap seconds. */
function secondsOf(ts: number): number {
  return Math.floor(ts > 1e11 ? ts / 1000 : ts);
}

/** The journal writes what is not UTF-8 as numbers. */
function bytesOf(value: unknown): string {
  if (!Array.isArray(value)) return "";
  return new TextDecoder().decode(
    Uint8Array.from(value, (one: unknown) => typeof one === "number" ? one : 63),
  );
}
