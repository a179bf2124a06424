/**
 * hardway: the offline PKI provisioner for Kubernetes. One spec and one seed become every CA, certificate and
 * kubeconfig of a cluster: the same bytes on any machine, on any day.
 *
 * ```ts
 * import { provisionInMemory } from "./mod.ts";
 *
 * const seed = "HARDWAY-SEED-1QYQQQQQQD92MJQQQQYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RU92MX23";
 * const lab = await provisionInMemory(
 *   { name: "lab", controlPlane: [{ name: "server", addresses: ["10.240.0.10"] }] },
 *   seed,
 * );
 * console.log(lab.files.size); // every file of out/lab
 * ```
 *
 * The stages are here one by one too: {@linkcode parseSpec}, {@linkcode planCluster}, {@linkcode issuePlan},
 * {@linkcode renderFiles}; and the commands: {@linkcode init}, {@linkcode provision}, {@linkcode bundle},
 * {@linkcode merge}, {@linkcode inspect}, {@linkcode verify}, {@linkcode expiry}, {@linkcode diagnose}, {@linkcode recipe},
 * {@linkcode explain}, and the parts of `csr`, such as {@linkcode csrSign}, and of `token`, such as {@linkcode tokenCreate}.
 * `inspect`, `verify`, `expiry` and `diagnose` look at PKI that anyone made, on a disk or in memory:
 * {@linkcode inspectFiles}, {@linkcode verifyFiles}, {@linkcode endingsOfFiles}, {@linkcode diagnoseFiles}.
 *
 * @module
 */
export { init, type InitOptions, type InitReport } from "./scripts/init.ts";
export { type FleetOptions, provision, provisionFleet, type ProvisionOptions } from "./scripts/provision.ts";
export { bundle, type BundleOptions } from "./scripts/bundle.ts";
export type { BundledMachine, BundleReport, UsedOverride } from "./scripts/write/bundle_report.ts";
export { merge, type MergeOptions, type MergeReport } from "./scripts/merge.ts";
export { inspect, type InspectOptions } from "./scripts/inspect.ts";
export { verify, type VerifyOptions } from "./scripts/verify.ts";
export { expiry, type ExpiryOptions } from "./scripts/expiry.ts";
export { explain, type ExplainOptions } from "./scripts/explain.ts";
export type {
  Connection,
  ExplainedBinding,
  ExplainedFault,
  ExplainedFlag,
  ExplainedKind,
  ExplainedLink,
  ExplainedRights,
  ExplainedSetting,
  ExplainedSubject,
  Explanation,
} from "./scripts/teach/explain/explanation.ts";
export { diagnose, type DiagnoseOptions } from "./scripts/diagnose.ts";
export {
  csrApprove,
  csrDeny,
  csrExport,
  csrExtract,
  csrNew,
  csrShow,
  csrSign,
  type ShowCsrOptions,
} from "./scripts/csr.ts";
export type {
  ClusterPlace,
  CsrResult,
  DecideCsrOptions,
  ExtractCsrOptions,
  NewCsrOptions,
  NewCsrReport,
  PlainTerms,
  SignCsrOptions,
} from "./scripts/write/csr/options.ts";
export {
  tokenBootstrap,
  tokenCreate,
  tokenDiscovery,
  tokenJwks,
  tokenLegacy,
  tokenShow,
  tokenStatic,
} from "./scripts/token.ts";
export type {
  BootstrapTokenOptions,
  CreateTokenOptions,
  KeySetOptions,
  LegacyTokenOptions,
  ShowTokenOptions,
  StaticTokenOptions,
  TokenBound,
  TokenFilesPlace,
  TokenReport,
} from "./scripts/write/token/options.ts";
export type { TokenFacts } from "./scripts/identity/tokens/token_facts.ts";
export type { DocumentSecrets } from "./scripts/write/document_secrets.ts";
export { recipe, type RecipeOptions } from "./scripts/recipe.ts";
export type { RecipeTool } from "./scripts/teach/recipe/recipe_input.ts";
export type { Condition } from "./scripts/identity/csr/condition.ts";
export type { CsrFacts } from "./scripts/identity/csr/facts.ts";
export {
  endingsOfFiles,
  type FilesInMemory,
  inspectFiles,
  type LookInMemory,
  verifyFiles,
  type VerifyInMemory,
} from "./scripts/inspect/in_memory.ts";
export { diagnoseFiles, type DiagnoseInMemory } from "./scripts/teach/diagnose/in_memory.ts";
export type { Confidence, Diagnosis } from "./scripts/teach/diagnose/diagnosis.ts";
export type { LookOptions } from "./scripts/write/look_options.ts";
export type { Row } from "./scripts/inspect/row.ts";
export type { ItemType } from "./scripts/inspect/item_type.ts";
export type { Ending } from "./scripts/inspect/endings.ts";
export { type Code, CODES, type Finding, type Severity } from "./scripts/inspect/verify/findings.ts";
export type { AuthoritySummary, ProvisionReport } from "./scripts/write/report.ts";
export type { Change, MergeResult } from "./scripts/write/change.ts";
export { parseShard, type Shard } from "./scripts/plan/shard.ts";
export {
  type InMemoryOptions,
  type MemoryFile,
  type MemoryTree,
  provisionInMemory,
} from "./scripts/write/in_memory.ts";
export { parseSpec } from "./scripts/spec/read.ts";
export { type SpecInput, specJsonSchema } from "./scripts/spec/definition.ts";
export type { Certificate, Located, Machine, Member, Spec, User } from "./scripts/spec/types.ts";
export type { Authentication, Authorizer } from "./scripts/spec/access_types.ts";
export type { Path } from "./scripts/spec/document.ts";
export type { Endpoint, KeyAlgorithm } from "./scripts/spec/scalars.ts";
export { planCluster } from "./scripts/plan/plan.ts";
export type {
  CertificateEntry,
  DocumentContent,
  DocumentEntry,
  KeyPairEntry,
  KubeconfigEntry,
  Plan,
  PlanEntry,
  PlannedToken,
  SecretRef,
  StaticLine,
  Subject,
} from "./scripts/plan/types.ts";
export { CATALOGUE } from "./scripts/plan/catalogue.ts";
export type {
  AuthorityName,
  AuthorityTemplate,
  CatalogueEntry,
  DocumentForm,
  DocumentTemplate,
  Feature,
  KeyPairTemplate,
  KubeconfigTemplate,
  LeafTemplate,
  Per,
  SanGroup,
  Usage,
} from "./scripts/plan/templates.ts";
export { type Issued, type IssuedCertificate, type IssuedKeyPair, issuePlan } from "./scripts/issue/issue.ts";
export { formatSeed, parseSeed, type Seed, seedId } from "./scripts/issue/seed.ts";
export { type OutputFile, renderFiles } from "./scripts/write/files.ts";
export type { Manifest, ManifestFile } from "./scripts/write/manifest.ts";
export { type ErrorCode, HardwayError } from "./scripts/shared/errors.ts";
export type { Excerpt, Problem } from "./scripts/shared/problem.ts";
export type { Address, Cidr, Family } from "./scripts/shared/address.ts";
export type { Validity } from "./scripts/shared/time.ts";
