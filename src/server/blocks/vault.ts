import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt as scryptCallback,
} from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { problem } from "../../schema/problems.ts";
import type { Settings } from "../../schema/settings.ts";
import type { Nouns, Store, Tx } from "../../store/store.ts";

type VaultSettings = Pick<Settings, "encryptionKey" | "encryptionKeyOld" | "home" | "databaseUrl">;

/** Stored key check: identifies the key without revealing it. */
const Lock = z.object({ salt: z.string(), fingerprint: z.string() });
type Lock = z.infer<typeof Lock>;
const lockKey = "encryption";

interface Key {
  fingerprint: string;
  secret: Buffer;
}

const scrypt = promisify<string, string, number, Buffer>(scryptCallback);
const cipher = "aes-256-gcm";
const keyFile = "encryption.key";

/**
 * Encrypts secrets in the database. The key is derived from a setting, else from a file created
 * with the first secret.
 */
export class Vault {
  readonly #store: Pick<Store, "transaction" | "configuration">;
  readonly #settings: VaultSettings;
  readonly #derived = new Map<string, Promise<Key>>();
  /** The current key, once verified. */
  #key: Key | undefined;
  #ownPassphrase: string | undefined;

  constructor(store: Pick<Store, "transaction" | "configuration">, settings: VaultSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** Encrypts a text bound to `owner`, within the transaction that stores it. */
  async seal(tx: Tx, owner: string, text: string): Promise<string> {
    return sealed(await this.#keyFor(tx), owner, text);
  }

  /** Within a transaction `nouns` are those of the transaction. */
  async unseal(nouns: Pick<Nouns, "configuration">, owner: string, text: string): Promise<string> {
    const [fingerprint] = text.split(".");
    const known = this.#key;
    if (known && known.fingerprint === fingerprint) return unsealed(known, owner, text);
    const lock = await this.#lock(nouns);
    const key = lock && (await this.#match(lock));
    if (!key || key.fingerprint !== fingerprint) throw wrongKey();
    return unsealed(key, owner, text);
  }

  /**
   * Replaces the previous key, from a setting or the file, by the current one. Returns the problem;
   * undefined if there is none.
   */
  async open(): Promise<string | undefined> {
    const lock = await this.#lock(this.#store);
    if (!lock || (await this.#match(lock))) return undefined;
    const isRotated = await this.#store.transaction((tx) => this.#rotate(tx));
    return isRotated ? undefined : wrongKeyText;
  }

  async #rotate(tx: Tx): Promise<boolean> {
    const lock = await this.#held(tx);
    if (!lock || (await this.#match(lock))) return true;
    const secrets = await tx.blockDocuments.listSecrets();
    for (const passphrase of [this.#settings.encryptionKeyOld, this.#readFile()]) {
      const old = passphrase === undefined ? undefined : await this.#derive(passphrase, lock.salt);
      if (old?.fingerprint !== lock.fingerprint) continue;
      const next = await this.#newLock();
      for (const { id, secrets: text } of secrets) {
        await tx.blockDocuments.replaceSecrets(id, sealed(next.key, id, unsealed(old, id, text)));
      }
      await tx.configuration.write(lockKey, next.lock);
      return true;
    }
    return false;
  }

  /** The key in use, locked until the transaction ends; the first caller sets it. */
  async #keyFor(tx: Tx): Promise<Key> {
    const known = await this.#held(tx);
    const lock = known ?? Lock.parse(await tx.configuration.writeOnce(lockKey, (await this.#newLock()).lock));
    const key = await this.#match(lock);
    if (!key) throw wrongKey();
    return key;
  }

  async #newLock(): Promise<{ lock: Lock; key: Key }> {
    const salt = randomBytes(16).toString("hex");
    const key = await this.#derive(this.#passphrase(), salt);
    return { lock: { salt, fingerprint: key.fingerprint }, key };
  }

  async #lock({ configuration }: Pick<Nouns, "configuration">): Promise<Lock | undefined> {
    const lock = await configuration.read(lockKey);
    return lock === undefined ? undefined : Lock.parse(lock);
  }

  async #held({ configuration }: Tx): Promise<Lock | undefined> {
    const lock = await configuration.hold(lockKey);
    return lock === undefined ? undefined : Lock.parse(lock);
  }

  async #match({ salt, fingerprint }: Lock): Promise<Key | undefined> {
    const passphrase = this.#settings.encryptionKey ?? this.#ownPassphrase ?? this.#readFile();
    const key = passphrase === undefined ? undefined : await this.#derive(passphrase, salt);
    if (key?.fingerprint !== fingerprint) return undefined;
    this.#key = key;
    return key;
  }

  #passphrase(): string {
    const { encryptionKey, databaseUrl } = this.#settings;
    if (encryptionKey !== undefined) return encryptionKey;
    // A database in memory needs no stored key.
    if (databaseUrl === ":memory:") this.#ownPassphrase ??= randomBytes(32).toString("hex");
    return this.#ownPassphrase ?? this.#readFile() ?? this.#makeFile();
  }

  #readFile(): string | undefined {
    try {
      return readFileSync(join(this.#settings.home, keyFile), "utf8").trim();
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  #makeFile(): string {
    const { home } = this.#settings;
    mkdirSync(home, { recursive: true });
    const made = randomBytes(32).toString("hex");
    try {
      writeFileSync(join(home, keyFile), `${made}\n`, { mode: 0o600, flag: "wx" });
      return made;
    } catch (error) {
      // Another process was faster.
      const theirs = this.#readFile();
      if (theirs) return theirs;
      throw error;
    }
  }

  #derive(passphrase: string, salt: string): Promise<Key> {
    const name = `${salt} ${passphrase}`;
    const derived = this.#derived.get(name) ?? derive(passphrase, salt);
    this.#derived.set(name, derived);
    return derived;
  }
}

async function derive(passphrase: string, salt: string): Promise<Key> {
  const secret = await scrypt(passphrase, salt, 32);
  const fingerprint = createHmac("sha256", secret).update("fingerprint").digest("hex").slice(0, 16);
  return { fingerprint, secret };
}

// The owner is part of what is authenticated: secrets moved to another row cannot be opened there.

function sealed({ fingerprint, secret }: Key, owner: string, text: string): string {
  const nonce = randomBytes(12);
  const sealing = createCipheriv(cipher, secret, nonce).setAAD(Buffer.from(owner));
  const content = Buffer.concat([sealing.update(text, "utf8"), sealing.final()]);
  return `${fingerprint}.${Buffer.concat([nonce, sealing.getAuthTag(), content]).toString("base64")}`;
}

function unsealed({ secret }: Key, owner: string, text: string): string {
  const bytes = Buffer.from(text.slice(text.indexOf(".") + 1), "base64");
  const opening = createDecipheriv(cipher, secret, bytes.subarray(0, 12)).setAAD(Buffer.from(owner));
  opening.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([opening.update(bytes.subarray(28)), opening.final()]).toString("utf8");
}

const wrongKeyText =
  "The secrets of this database are encrypted with another key: restore PRAETOR_ENCRYPTION_KEY (or encryption.key in PRAETOR_HOME), or set the previous key as PRAETOR_ENCRYPTION_KEY_OLD.";
const wrongKey = () => problem("locked", wrongKeyText);
