/**
 * What the commands take that look at PKI of anyone, as a type.
 *
 * @module
 */

/** What is looked at. Relative paths start from `folder`. */
export interface LookOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly folder?: string;
  /** Files and folders, `-` for stdin. Default: `folder`. */
  readonly paths?: readonly string[];
  /** Folder that stands for `/` where a file names another. Default: `/`. */
  readonly root?: string;
  /** The moment that counts, Unix seconds. Default: now. */
  readonly at?: number;
  /** Path of a file whose first line is the password of PKCS#12 files. */
  readonly passwordFile?: string;
}
