/**
 * Makes the files of one cluster, batch by batch: first everything is made and held against the disk, then, when
 * nothing stands in the way of any batch, written. Between the two a batch waits in memory, keys and certificates only.
 *
 * @module
 */
import { Authorities } from "../issue/authority.ts";
import { issueBatch } from "../issue/batch.ts";
import type { IssuerPart } from "../issue/certificate.ts";
import type { Made } from "../issue/issued.ts";
import type { KeyMaterial } from "../issue/private_key.ts";
import type { CertificateEntry } from "../plan/types.ts";
import type { Unit } from "../plan/units.ts";
import { encodePem } from "../shared/pem.ts";
import { Tree } from "./disk/tree.ts";
import {
  certificateFiles,
  keyPairFiles,
  kubeconfigFile,
  type OutputFile,
  pemOf,
  type PemPair,
  renderKubeconfigOf,
  renderOrderedRecord,
} from "./files.ts";
import type { OldLines } from "./judge.ts";
import type { ManifestNames } from "./manifest.ts";
import { proveUnit } from "./prove.ts";
import { formatSubject } from "./subject.ts";
import { judgeByRecords, NOTHING, type OldRecords, type Verdict } from "./verdict.ts";

/** What everything that is made for one cluster has in common: plain data, for it goes to other threads. */
export interface Ground {
  readonly cluster: string;
  /** The seed's 32 bytes. Secret. */
  readonly entropy: Uint8Array;
  /** The cluster's CAs. */
  readonly authorities: readonly CertificateEntry[];
  /** Absolute path of the output folder, and how messages name it. */
  readonly out: string;
  readonly shownOut: string;
  /** The manifests' paths as messages name them. */
  readonly manifests: ManifestNames;
  /** Whether each signature is checked by itself. */
  readonly checksAll: boolean;
  /** Secrets that files of the user's hold, by id. */
  readonly given?: ReadonlyMap<string, string> | undefined;
  /** Whether the files go elsewhere than into the tree, so that nothing there counts. */
  readonly isBesideTree?: boolean;
}

/** What others have to know of one file. */
export interface Outcome {
  /** What the manifest says of it. */
  readonly line: string;
  readonly verdict: Verdict;
}

/** One file of a batch: which unit's, and which of that one's. */
export interface Pick {
  readonly unit: number;
  readonly file: number;
}

/** What is known of a CA. */
export interface AuthorityFacts {
  readonly part: IssuerPart;
  /** Its certificate, PEM. */
  readonly pem: Uint8Array;
  /** RFC 4514. */
  readonly subject: string;
}

/** Folders of a tree that had another mode than 0700, relative; the root is the empty string. */
export interface FolderModes {
  /** Put right already. */
  readonly fixed: readonly string[];
  readonly wrong: readonly string[];
}

interface Item {
  readonly unit: Unit;
  readonly pem: PemPair;
  /** Contents of documents, which stand behind all other files. */
  readonly documents: readonly Uint8Array[];
  readonly files: readonly { readonly path: string; readonly mode: number; readonly verdict: Verdict }[];
}

/** Makes files of one cluster. */
export class Maker {
  readonly #ground: Ground;
  readonly #tree: Tree;
  readonly #pause: () => Promise<void>;
  readonly #rsaKeys = new Map<string, KeyMaterial>();
  readonly #facts = new Map<string, AuthorityFacts>();
  readonly #authorities: Authorities;
  readonly #batches = new Map<number, Item[]>();

  /**
   * @param ground the cluster
   * @param pause awaited during long work
   */
  constructor(ground: Ground, pause: () => Promise<void>) {
    this.#ground = ground;
    this.#tree = new Tree(ground.out, ground.cluster, ground.shownOut);
    this.#pause = pause;
    const { cluster, entropy, authorities: entries } = ground;
    this.#authorities = new Authorities({ cluster, entropy, entries, rsaKeys: this.#rsaKeys }, pause);
  }

  /** Takes RSA keys of CAs, by id: they take seconds, and are made once for all threads. */
  takeRsaKeys(keys: ReadonlyMap<string, KeyMaterial>): void {
    for (const [id, key] of keys) this.#rsaKeys.set(id, key);
  }

  /** Takes what is known of CAs, by id, so that they need not be made for it. */
  takeFacts(facts: ReadonlyMap<string, AuthorityFacts>): void {
    for (const [id, one] of facts) this.#facts.set(id, one);
  }

  /**
   * Says which units stand on the disk as they should, without making them: the manifest's digests show that their
   * files are what hardway wrote, and the certificates show that they are what is wanted.
   *
   * @param units CAs, or units whose CA is known by `takeFacts`
   * @param lines what the stored manifest says of the files of each unit
   * @returns for each unit whether it is right; a CA that is becomes known
   */
  async prove(units: readonly Unit[], lines: readonly (readonly string[])[]): Promise<boolean[]> {
    const proven: boolean[] = [];
    for (const [index, unit] of units.entries()) {
      await this.#pause();
      const issuer = unit.entry.kind === "certificate" ? this.#facts.get(unit.entry.issuer) : undefined;
      const { isRight, facts } = await proveUnit(
        this.#tree,
        unit,
        lines[index] ?? [],
        issuer,
        this.#ground.cluster,
        (publicPart) => this.#documents(unit, publicPart),
      );
      proven.push(isRight);
      if (facts !== undefined) this.#facts.set(unit.entry.id, facts);
    }
    return proven;
  }

  /** What is known of the CAs so far, by id. */
  get facts(): ReadonlyMap<string, AuthorityFacts> {
    return this.#facts;
  }

  /**
   * Makes the files of units and holds them against the disk.
   *
   * @param number names the batch, to write it later
   * @param old what the manifests say of the files of each unit; empty when there is nothing to know
   * @returns for each unit what is to be known of its files
   */
  async make(
    number: number,
    units: readonly Unit[],
    old: readonly (readonly OldLines[])[],
  ): Promise<Outcome[][]> {
    const made = await issueBatch(
      this.#authorities,
      units.map(({ entry }) => entry),
      this.#pause,
      this.#ground.checksAll,
    );
    const items: Item[] = [];
    const outcomes: Outcome[][] = [];
    for (const [index, unit] of units.entries()) {
      await this.#pause();
      const one = made[index];
      if (one === undefined) throw new Error(`${unit.entry.id} was not made`);
      const { files, pem, documents } = await this.#render(unit, one);
      const tree = this.#ground.isBesideTree ? NOTHING : this.#tree;
      const ofUnit: Outcome[] = [];
      for (const [i, file] of files.entries()) {
        const records = await readOld(old[index]?.[i], this.#ground.manifests);
        ofUnit.push({
          line: renderOrderedRecord(file.record),
          verdict: judgeByRecords(tree, file, records),
        });
      }
      outcomes.push(ofUnit);
      items.push({
        unit,
        pem,
        documents,
        files: files.map(({ path, mode }, i) => ({
          path,
          mode,
          verdict: ofUnit[i]?.verdict ?? { kind: "right" },
        })),
      });
    }
    this.#batches.set(number, items);
    return outcomes;
  }

  /** Writes what is not right of a batch, and forgets it. */
  async write(number: number): Promise<void> {
    for (const item of this.#batches.get(number) ?? []) {
      const contents = this.#contents(item);
      for (const [index, { path, mode, verdict }] of item.files.entries()) {
        await this.#pause();
        if (verdict.kind === "mode") this.#tree.chmod(path, mode);
        else if (verdict.kind !== "right") this.#tree.write(path, contents(index), mode);
      }
    }
    this.#batches.delete(number);
  }

  /** The contents of some files of a batch. */
  read(number: number, picks: readonly Pick[]): Uint8Array[] {
    const items = this.#batches.get(number);
    return picks.map(({ unit, file }) => {
      const item = items?.[unit];
      if (item === undefined) throw new Error(`Batch ${number} has no unit ${unit}`);
      return this.#contents(item)(file);
    });
  }

  /** Folders that had a wrong mode. */
  get folderModes(): FolderModes {
    return { fixed: this.#tree.fixedFolders, wrong: [...this.#tree.wrongFolders] };
  }

  #contents({ unit, pem, documents, files }: Item): (index: number) => Uint8Array {
    return (index) => {
      const document = documents[index - (files.length - documents.length)];
      if (document !== undefined) return document;
      const own = unit.isWanted ? 2 : 0;
      if (index < own) {
        // A key pair has its key first, and its public half in the certificate's place.
        const isFirst = unit.entry.kind === "certificate" ? index === 0 : index === 1;
        return isFirst ? pem.certificate : pem.key;
      }
      return this.#kubeconfig(unit, pem);
    };
  }

  #kubeconfig(unit: Unit, pem: PemPair): Uint8Array {
    const { kubeconfig, entry } = unit;
    const facts = entry.kind === "certificate" ? this.#facts.get(entry.issuer) : undefined;
    if (kubeconfig === undefined || facts === undefined) {
      throw new Error(`${entry.id} has no kubeconfig, or no CA`);
    }
    return renderKubeconfigOf(this.#ground.cluster, kubeconfig, { authority: facts.pem, ...pem });
  }

  async #render(
    unit: Unit,
    made: Made,
  ): Promise<{ readonly files: OutputFile[]; readonly pem: PemPair; readonly documents: Uint8Array[] }> {
    if (made.kind === "key-pair") {
      const [key, publicKey] = keyPairFiles(made);
      if (key === undefined || publicKey === undefined) throw new Error("A key pair has two files");
      const documents = await this.#documents(unit, publicKey.bytes);
      return {
        files: [...(unit.isWanted ? [key, publicKey] : []), ...documents],
        pem: { key: key.bytes, certificate: publicKey.bytes },
        documents: documents.map(({ bytes }) => bytes),
      };
    }
    const { entry } = made;
    const pem = pemOf(made);
    const facts = await this.#factsOf(entry.issuer);
    const files = unit.isWanted ? certificateFiles(made, facts.subject, pem) : [];
    if (unit.kubeconfig !== undefined) {
      files.push(kubeconfigFile(unit.kubeconfig, entry, this.#kubeconfig(unit, pem)));
    }
    const documents = await this.#documents(unit, pem.certificate);
    files.push(...documents);
    return { files, pem, documents: documents.map(({ bytes }) => bytes) };
  }

  /** What makes documents is loaded where there are some: most workers have none. */
  async #documents({ entry, documents }: Unit, publicPart: Uint8Array): Promise<OutputFile[]> {
    if (documents === undefined) return [];
    const { documentFiles } = await import("./documents.ts");
    return await documentFiles(documents, entry, publicPart, this.#ground, this.#pause);
  }

  async #factsOf(id: string): Promise<AuthorityFacts> {
    const known = this.#facts.get(id);
    if (known !== undefined) return known;
    const { certificate, part } = await this.#authorities.get(id);
    const entry = this.#ground.authorities.find((one) => one.id === id);
    const facts = {
      part,
      pem: encodePem("CERTIFICATE", certificate),
      subject: entry === undefined ? "" : formatSubject(entry.subject),
    };
    this.#facts.set(id, facts);
    return facts;
  }
}

/**
 * Reads old lines. What checks them is loaded where there are any: a first run needs none of it, and each worker would
 * load the whole spec stage with it.
 */
async function readOld(lines: OldLines | undefined, names: ManifestNames): Promise<OldRecords> {
  if (lines?.stored === undefined && lines?.pending === undefined) return {};
  const { parseOld } = await import("./judge.ts");
  return parseOld(lines, names);
}
