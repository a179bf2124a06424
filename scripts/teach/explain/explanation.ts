/**
 * What an explanation consists of, whatever it is about: plain data for every form of output.
 *
 * @module
 */

/** What was asked about: everything, a line of the catalogue, a flag, a user or group, or a subject. */
export type ExplainedKind = "map" | "entry" | "flag" | "identity" | "section";

/** A program, and a flag of it without dashes or the path of a field of its configuration. */
export interface ExplainedSetting {
  readonly component: string;
  /** As it is written: `--tls-cert-file`, or a field such as `authentication.x509.clientCAFile`. */
  readonly setting: string;
}

/** One flag or field that names a file, or says something about it. */
export interface ExplainedFlag extends ExplainedSetting {
  /** In a few words. */
  readonly purpose: string;
  /** The release from which on the program does not know it any more; null when it does. */
  readonly removedIn: string | null;
  /** Flags that name the CAs which have to accept what this flag names. */
  readonly acceptedBy: readonly ExplainedSetting[];
}

/** Who talks to whom, and what each shows to the other. */
export interface Connection {
  /** Who opens the connection. */
  readonly from: string;
  /** Who is called. */
  readonly to: string;
  /** Id of what the caller shows. */
  readonly shows: string;
  /** Id of the CA, or of the key pair, against which that is checked. */
  readonly checkedAgainst: string;
  /** Where the one who is called finds it. */
  readonly checkedBy: ExplainedSetting;
  /** Id of what the one who is called shows; null where it is none of this cluster's set. */
  readonly isShown: string | null;
  /** Id of the CA against which the caller checks that; null with it. */
  readonly callerChecksAgainst: string | null;
  /** Where the caller finds that CA; null where it is embedded in a kubeconfig. */
  readonly callerChecksBy: ExplainedSetting | null;
}

/** A ClusterRoleBinding. */
export interface ExplainedBinding {
  readonly binding: string;
  readonly role: string;
  /** `default`: the API server makes it; else who does. */
  readonly madeBy: string;
}

/** What a user or group may do. */
export interface ExplainedRights {
  readonly name: string;
  readonly kind: "user" | "group";
  /** One sentence. */
  readonly what: string;
  readonly bindings: readonly ExplainedBinding[];
  /**
   * A verb, then a resource with its group and subresource, and a name where one object only is meant; or a verb and a
   * path of the API server.
   */
  readonly can: readonly string[];
  readonly cannot: readonly string[];
}

/** What happens when it is wrong or gone. */
export interface ExplainedFault {
  /** What is the case. */
  readonly when: string;
  /** Who tells. */
  readonly who: string;
  /** The words of the program; what differs stands in angle brackets. */
  readonly words: readonly string[];
}

/** Something else to ask about. */
export interface ExplainedLink {
  readonly what: string;
  readonly title: string;
}

/** A subject as a certificate carries it. */
export interface ExplainedSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly usages: readonly string[];
  /** Id of the CA that signs it. */
  readonly issuer: string;
}

/** An explanation. */
export interface Explanation {
  readonly kind: ExplainedKind;
  /** What it is about, as one would ask for it. */
  readonly subject: string;
  /** In one line. */
  readonly title: string;
  /** Whole paragraphs. */
  readonly text: readonly string[];
  /** Ids of the spec for which it stands; empty without a spec. */
  readonly instances: readonly string[];
  /** Null for what is no certificate. */
  readonly certificate: ExplainedSubject | null;
  /** Names and addresses that the certificate is good for; in words where no spec says them. */
  readonly names: readonly string[];
  /** Where it is, for each layout. */
  readonly files: readonly string[];
  readonly connections: readonly Connection[];
  readonly flags: readonly ExplainedFlag[];
  readonly rights: readonly ExplainedRights[];
  readonly faults: readonly ExplainedFault[];
  /** How it is renewed, step by step. */
  readonly renewal: readonly string[];
  /** Official pages. */
  readonly pages: readonly string[];
  /** What else belongs to it. */
  readonly related: readonly ExplainedLink[];
}
