/**
 * An explanation as headed parts of sentences: what the forms for people have in common.
 *
 * @module
 */
import type {
  Connection,
  ExplainedFault,
  ExplainedFlag,
  ExplainedRights,
  ExplainedSetting,
  Explanation,
} from "./explanation.ts";

/** One item, and what stands below it. */
export interface PartItem {
  readonly text: string;
  readonly below: readonly string[];
}

/** A heading and its items. */
export interface Part {
  readonly heading: string;
  readonly items: readonly PartItem[];
}

function plain(text: string): PartItem {
  return { text, below: [] };
}

/** Such as `kube-apiserver --tls-cert-file`. */
export function settingLine({ component, setting }: ExplainedSetting): string {
  return `${component} ${setting}`;
}

/** The parts of an explanation, those without content left out. */
export function partsOf(explained: Explanation): Part[] {
  const parts: Part[] = [
    { heading: "Certificate", items: certificateItems(explained) },
    { heading: "In the spec", items: instanceItems(explained) },
    { heading: "Files", items: explained.files.map(plain) },
    { heading: "Who shows what to whom", items: sentencesOf(explained).map(plain) },
    { heading: "Flags and fields", items: explained.flags.map(flagItem) },
    { heading: "What it may do", items: explained.rights.map((one) => rightsItem(one, explained.text)) },
    { heading: "What breaks, and the words for it", items: explained.faults.map(faultItem) },
    { heading: "How to renew it", items: explained.renewal.map(plain) },
    { heading: "Official pages", items: [...new Set(explained.pages)].map(plain) },
    {
      heading: explained.kind === "map" ? "What can be asked about" : "See also",
      items: explained.related.map(({ what, title }) => plain(title === "" ? what : `${what}: ${title}`)),
    },
  ];
  return parts.filter(({ items }) => items.length > 0);
}

/** Ids of the spec; of those that stand for machines or people their names, a line for each kind. */
function instanceItems({ instances }: Explanation): PartItem[] {
  const kinds = new Map<string, string[]>();
  for (const id of instances) {
    const [, kind = "", name = id] = /^(?:(.*)\/)?([^/]*)$/.exec(id) ?? [];
    kinds.set(kind, [...kinds.get(kind) ?? [], name]);
  }
  return [...kinds].map(([kind, names]) => plain(`${kind === "" ? "" : `${kind}/ `}${names.join(", ")}`));
}

function certificateItems({ certificate, names }: Explanation): PartItem[] {
  if (certificate === null) return [];
  const { commonName, organizations, usages, issuer } = certificate;
  const subject = [`CN ${commonName}`, ...organizations.map((group) => `O ${group}`)].join(", ");
  return [
    plain(`${subject}; usage ${usages.join(", ")}; signed by ${issuer}`),
    ...(names.length === 0 ? [] : [plain(`Good for ${names.join(", ")}`)]),
  ];
}

function flagItem({ removedIn, purpose, acceptedBy, ...setting }: ExplainedFlag): PartItem {
  const removed = removedIn === null ? "" : `; gone since ${removedIn}`;
  const accepted = acceptedBy.map(settingLine).join(", ");
  return {
    text: `${settingLine(setting)}: ${purpose}${removed}`,
    below: accepted === "" ? [] : [`has to be accepted by ${accepted}`],
  };
}

function rightsItem(
  { kind, name, what, bindings, can, cannot }: ExplainedRights,
  told: readonly string[],
): PartItem {
  // What groups give comes on top.
  const refusal = kind === "user" && can.length === 0 ? "by the name alone may not" : "may not";
  return {
    text: told.includes(what) ? `${kind} ${name}` : `${kind} ${name}: ${what}`,
    below: [
      ...bindings.map(({ binding, role, madeBy }) =>
        `bound by ${binding} to the role ${role} (${madeBy === "default" ? "by default" : `by ${madeBy}`})`
      ),
      ...(can.length === 0 ? [] : [`may: ${can.join(", ")}`]),
      ...(cannot.length === 0 ? [] : [`${refusal}: ${cannot.join(", ")}`]),
    ],
  };
}

function faultItem({ when, who, words }: ExplainedFault): PartItem {
  return { text: `${when} (${who})`, below: words };
}

/** Connections in words, seen from what is explained. */
export function sentencesOf(explained: Explanation): string[] {
  const { connections } = explained;
  const callers = group(connections.filter((one) => isAboutCaller(one, explained)), callerSentence);
  const called = group(connections.filter((one) => isAboutCalled(one, explained)), calledSentence);
  // Members of etcd are both.
  return [...new Set([...callers, ...called])];
}

function isAboutCaller(one: Connection, { kind, subject }: Explanation): boolean {
  if (kind === "flag") return one.checkedBy.setting === subject;
  if (kind !== "entry") return true;
  if (one.shows === subject || one.checkedAgainst === subject) return true;
  // A kubeconfig has its client certificate's connections.
  return one.isShown !== subject && one.callerChecksAgainst !== subject;
}

function isAboutCalled(one: Connection, { kind, subject }: Explanation): boolean {
  if (one.isShown === null) return false;
  if (kind === "flag") return one.callerChecksBy?.setting === subject;
  if (kind !== "entry") return kind === "section";
  return one.isShown === subject || one.callerChecksAgainst === subject;
}

/** A sentence with a hole for one or several who do the same. */
interface Sentence {
  readonly who: string;
  readonly say: (who: readonly string[]) => string;
  /** Sentences with the same key differ by who only. */
  readonly key: string;
}

function callerSentence({ from, to, shows, checkedAgainst, checkedBy }: Connection): Sentence {
  const what = shows === "service-account" ? "tokens of service-account" : shows;
  const end = `to ${to}, which checks it against ${checkedAgainst} (${settingLine(checkedBy)})`;
  return { who: what, key: `${from} ${end}`, say: (all) => `${from} shows ${all.join(", ")} ${end}` };
}

function calledSentence({ from, to, isShown, callerChecksAgainst, callerChecksBy }: Connection): Sentence {
  const place = callerChecksBy === null ? "in the kubeconfig" : settingLine(callerChecksBy);
  const end = `against ${callerChecksAgainst ?? ""} (${place})`;
  return {
    who: from,
    key: `${to} ${isShown ?? ""} ${end}`,
    say: (all) =>
      `${to} shows ${isShown ?? ""} to ${all.join(", ")}, which ${
        all.length === 1 ? "checks" : "check"
      } it ${end}`,
  };
}

function group(connections: readonly Connection[], sentence: (one: Connection) => Sentence): string[] {
  const groups = new Map<string, { readonly say: Sentence["say"]; readonly who: Set<string> }>();
  for (const { who, key, say } of connections.map(sentence)) {
    const known = groups.get(key) ?? { say, who: new Set<string>() };
    known.who.add(who);
    groups.set(key, known);
  }
  return [...groups.values()].map(({ say, who }) => say([...who]));
}
