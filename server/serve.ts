import { must } from '../shared/assert.ts';
import type { AccountId, DeviceId } from '../shared/ids.ts';
import type { Account } from '../shared/model/device.ts';
import type { Policy } from '../shared/model/policy.ts';
import { SECOND } from '../shared/time.ts';
import { loadBaselineKernel, loadKernel, loadSecondKernel, type LoadedKernel } from '../wasm/load-node.ts';
import { kindNamed, kindNames } from '../wasm/registry.ts';
import { AuditLog } from './audit-log/audit-log.ts';
import { monotoneClock } from './adapters/clock.ts';
import { readCertificate, type TlsFiles } from './adapters/certificate.ts';
import { openDataFolder } from './adapters/data-folder.ts';
import { incidentLog } from './adapters/incident-log.ts';
import { publishedManifest } from './adapters/kernel-manifest.ts';
import { operatorToken } from './adapters/operator-token.ts';
import { openMailer } from './adapters/mailer.ts';
import { givenKey, rootSecret } from './adapters/root-secret.ts';
import { auditMasterFrom, secretsFrom, signInSecret } from './adapters/secrets.ts';
import { StartError } from './adapters/start-error.ts';
import { startTicking } from './adapters/ticker.ts';
import { Coordinator } from './core/coordinator.ts';
import { OPERATOR } from './core/found.ts';
import { AccountAuth } from './auth/account-auth.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { Directory } from './auth/directory.ts';
import { RoleChanges } from './auth/role-changes.ts';
import { Sessions } from './auth/sessions.ts';
import { SignIns } from './auth/sign-ins.ts';
import { WaysInTable } from './auth/ways-in.ts';
import { AuditThreads } from './executors/audit/audit-threads.ts';
import { afterMs, type After } from './executors/kernel-pool.ts';
import { Mainframe } from './executors/mainframe/mainframe.ts';
import { addressOfRequest } from './http/client-address.ts';
import { httpApp } from './http/app.ts';
import { Attempts } from './http/attempts.ts';
import type { Auth } from './http/auth.ts';
import { listen } from './http/listen.ts';
import { readSite } from './http/site.ts';
import { Accounts } from './services/accounts.ts';
import { Adjustments } from './services/adjustments.ts';
import { Appeals } from './services/appeals.ts';
import { Feedback } from './services/feedback.ts';
import { AuditPump } from './services/audit-pump.ts';
import { AuditTrail } from './services/audit-trail.ts';
import { findAccount } from './services/find-account.ts';
import { AccountChanges } from './services/account-changes.ts';
import { findDevice, ownDevice } from './services/find-device.ts';
import { GOLDEN_KIND, goldenInput } from './services/golden-input.ts';
import { JobChanges } from './services/job-changes.ts';
import { MyData } from './services/my-data.ts';
import { Oversight } from './services/oversight.ts';
import { Overview } from './services/overview.ts';
import { People } from './services/people.ts';
import { Policies } from './services/policies.ts';
import { SelfTests } from './services/self-test.ts';
import { WorkHours } from './services/work-hours.ts';
import { LinkHub } from './link/link-hub.ts';
import { goOnAfterTheLog } from './services/database-went-back.ts';
import { P2pCoordinator } from './services/p2pCoordinator.ts';
import { AuditedActs } from './store/sqlite/audited-acts.ts';
import { ConsentRows } from './store/sqlite/consent-rows.ts';
import { DeskFigures } from './store/sqlite/desk-figures.ts';
import { FeedbackBox } from './store/sqlite/feedback-box.ts';
import { SqliteStore } from './store/sqlite/sqlite-store.ts';

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly secret: string | undefined;
  /** AUDIT_KEY: seals the audit log's keys; and the one before it, when it has changed. */
  readonly auditKey?: string | undefined;
  readonly formerAuditKey?: string | undefined;
  /** Then it speaks TLS 1.3 and nothing else. */
  readonly tls?: TlsFiles | undefined;
  /** Proxies in front of it. */
  readonly trustedProxies?: number;
  readonly isProduction: boolean;
  readonly policy: Policy;
  /** Further origins whose pages are this server's own: behind a proxy, or a development server. */
  readonly origins?: readonly string[];
  /** Where the built app lies. */
  readonly siteDir?: string;
  /** The public half of the key that signs kernels; without one they are signed here, for development. */
  readonly kernelKey?: string | undefined;
  /** What an operator should read, line by line. */
  readonly say: (line: string) => void;
  readonly after?: After;
  /** Where codes by email leave: `smtp://…`; without one, see adapters/mailer.ts. */
  readonly smtpUrl?: string | undefined;
  readonly mailFrom?: string;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** What answers behind the port: its routes are a table. */
  readonly app: ReturnType<typeof httpApp>;
  readonly coordinator: Coordinator;
  readonly store: SqliteStore;
  readonly p2p: P2pCoordinator;
  readonly people: People;
  readonly auth: Auth;
  /** Whether there is an admin besides the house itself. */
  readonly hasAdmin: () => boolean;
  readonly mainframe: Mainframe;
  readonly audit: AuditThreads;
  readonly auditLog: AuditLog;
  /** Aborted as soon as it begins to stop. */
  readonly stopping: AbortSignal;
  /** Takes no further request, lets what is queued be decided, and leaves the data folder to the next server. */
  close(): Promise<void>;
}

/** How long requests under way may take to end when the server stops. */
const GRACE_MS = 3 * SECOND;

/**
 * The composition root: adapters, store, executors, coordinator, HTTP; nothing else builds them. The port comes first, so
 * that a second start by mistake touches nothing. Whatever fails on the way, what was opened before it is closed again.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const undo: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await compose(options, (step) => undo.push(step), closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function compose(
  options: ServeOptions,
  onClose: (step: () => unknown) => void,
  closeAll: () => Promise<void>,
): Promise<RunningServer> {
  const { policy, say, after = afterMs, trustedProxies = 0 } = options;
  const auditKey = givenKey(options.auditKey, 'AUDIT_KEY');
  const formerAuditKey = givenKey(options.formerAuditKey, 'AUDIT_KEY_OLD');
  const certificate = options.tls && readCertificate(options.tls, Date.now());
  const gate = await listen({
    host: options.host,
    port: options.port,
    limits: policy.limits,
    certificate,
    trustedProxies,
  });
  onClose(() => gate.close(0));

  const folder = openDataFolder(options.dataDir);
  onClose(() => folder.release());
  const { isProduction, secret: given } = options;
  const root = rootSecret({ given, file: folder.secretFile, isProduction }, say);
  const secrets = secretsFrom(root);
  const authSecret = signInSecret(root);
  const manifest = publishedManifest({ file: folder.manifestFile, trustedKey: options.kernelKey, isProduction });
  const store = openStore(folder.database);
  onClose(() => store.close());

  const clock = monotoneClock();
  const report = incidentLog(say, clock);
  const auditMaster = auditKey ?? auditMasterFrom(root);
  const auditLog = await AuditLog.open({
    files: folder.auditLog,
    master: auditMaster,
    formerMaster: formerAuditKey,
    clock,
    say,
  });
  onClose(() => auditLog.close());
  await goOnAfterTheLog({ database: store.database, log: auditLog, clock, say });
  const pump = new AuditPump({ log: auditLog, store, coordinator: () => coordinator, report });
  const acts = new AuditedActs(store.database, clock, () => pump.wake());
  const loaded = new Map(kindNames.map((kind) => [kind, loadKernel(kind)]));
  const kernels = {
    first: new Map([...loaded].map(([kind, { module }]) => [kind, module])),
    second: new Map(kindNames.map((kind) => [kind, loadSecondKernel(kind).module])),
  };
  const changes = new JobChanges();
  const accounts = new AccountChanges();
  let hub: LinkHub | undefined;
  let myData: MyData | undefined;
  const audit = new AuditThreads({
    threads: policy.auditThreads,
    kernels,
    after,
    clock: () => performance.now(), // in fractions: a chunk of a small kind takes microseconds
    onHopeless: (jobId) =>
      void coordinator.failJob(jobId, 'kernel_failed').catch((error) => report(`job ${jobId}`, error)),
  });
  onClose(() => audit.stop());

  let mainframe: Mainframe | undefined;
  const coordinator = await Coordinator.start(
    {
      store,
      secrets,
      audit,
      clock,
      kindNamed,
      kernelHash: (kind) => loaded.get(kind)?.hash,
      soon: (run) => void setImmediate(run),
      listener: {
        workAvailable: (units, hasGrown) => {
          mainframe?.wake();
          hub?.wake(units, hasGrown);
        },
        jobChanged: (jobId, accountId) => {
          changes.announce(jobId);
          accounts.announce(accountId, { type: 'job', jobId });
        },
        programmeChanged: () => {
          hub?.policyChanged(coordinator.wireVersion);
          accounts.announceAll({ type: 'me' });
        },
        policyChanged: () => {
          hub?.policyChanged(coordinator.wireVersion);
          accounts.announceAll({ type: 'me' });
        },
        auditWaiting: () => pump.wake(),
        deviceBanned: (id) => hub?.end(id, 'device_stopped'),
        accountErased: (accountId, devices) => {
          for (const id of devices) hub?.end(id, 'not_opted_in');
          void myData?.finishErasure(accountId).catch((error: unknown) => report(`erasure ${accountId}`, error));
        },
        accountChanged: (accountId) => accounts.announce(accountId, { type: 'credits' }),
        deliver: ({ topic, jobId }) => say(`job ${jobId}: ${topic.replace('job_', '')}`),
        incident: report,
      },
    },
    policy,
  );
  onClose(async () => {
    await pump.settled();
    await stopCoordinator(coordinator);
  });

  mainframe = new Mainframe({ threads: policy.mainframeThreads, kernels, after, coordinator, report });
  onClose(() => mainframe.stop());
  mainframe.wake(); // for jobs of before
  onClose(
    startTicking(async () => {
      pump.wake(); // what a fault kept back
      await tick(coordinator, mainframe, report);
    }, SECOND),
  );

  const kernelHash = (kind: string): LoadedKernel['hash'] => must(loaded.get(kind), `kernel ${kind}`).hash;
  const p2p = new P2pCoordinator({
    coordinator,
    store,
    changes,
    kindNamed,
    kernelHash,
    clock,
    policy,
    links: () => hub?.linked ?? 0,
  });
  const token = operatorToken(folder.tokenFile);
  const accountOf = (id: AccountId): Promise<Account | undefined> => findAccount(store, id);
  const standingChanged = (id: AccountId): void => accounts.announce(id, { type: 'standing' });
  const keys = new ApiKeys(store.database, acts, clock, standingChanged);
  const sessions = new Sessions(store.database, authSecret, clock, standingChanged);
  const waysIn = new WaysInTable(store.database, acts);
  const auth = new AccountAuth({ sessions, keys, waysIn, accountOf, console: { token, accountId: OPERATOR } });
  const stopping = new AbortController();
  const endLink = (id: DeviceId): void => hub?.end(id, 'not_opted_in');
  const selfTests = new SelfTests({
    audit,
    secrets,
    input: goldenInput(must(kindNamed(GOLDEN_KIND), GOLDEN_KIND)),
    kernelHash: kernelHash(GOLDEN_KIND),
    clock,
  });
  const people = new People({
    isKept: (id) => waysIn.isKept(id),
    coordinator,
    store,
    get policy() {
      return coordinator.policy; // what holds whenever it looks: admins change numbers of it while we run
    },
    changes: accounts,
    selfTests,
    clock,
    endLink,
  });
  const figures = new DeskFigures(store.reading);
  const work = new WorkHours(figures);
  const origins = originsOf(gate.url, gate.port, options.origins ?? []);
  const stewards = new Accounts({
    coordinator,
    directory: new Directory(store.database),
    roleChanges: new RoleChanges(store.database, acts),
    policy: policy.signIn,
    accountOf,
    roleChanged: standingChanged,
    links: {
      open: () => hub?.openOf.accounts ?? new Map(),
      restOf: (id) => hub?.restOf(id),
    },
    findingsOf: (id) => store.evidenceOf(id),
    consentVersion: () => coordinator.policy.consentVersion,
    clock,
  });
  // An erasure that was interrupted is told again by the first tick.
  myData = new MyData({
    coordinator,
    store,
    auth,
    isLastAdmin: (id) => stewards.isLastAdmin(id),
  });
  const { smtpUrl, mailFrom = 'ZeusDrive <no-reply@localhost>' } = options;
  const signIns = new SignIns({
    db: store.database,
    audit: acts,
    secret: authSecret,
    origins,
    code: { digits: policy.signIn.codeDigits, lastsMs: policy.signIn.codeMs, tries: policy.signIn.codeTries },
    sessions,
    mailer: openMailer({ smtpUrl, from: mailFrom, isProduction }, say),
    report,
  });
  const attempts = new Attempts(policy.signIn.windowMs, clock);
  const access = {
    accounts: stewards,
    signIns,
    sessions,
    waysIn,
    keys,
    attempts,
    origins,
  };
  const policies = new Policies({
    coordinator,
    store,
    figures,
    work,
    links: () => ({ linked: hub?.linked ?? 0, ...(hub?.openOf ?? { accounts: new Map(), addresses: [] }) }),
    clock,
  });
  const auditTrail = new AuditTrail({
    log: auditLog,
    pump,
    files: folder.auditLog,
    master: auditMaster,
    audit: acts,
    rows: new ConsentRows(store.reading),
    clock,
    report,
  });
  const appeals = new Appeals({ coordinator, store, audit, kernelHash: (kind) => loaded.get(kind)?.hash });
  const oversight = new Oversight({
    store,
    coordinator,
    figures,
    audit,
    fleet: () => ({ linked: hub?.linked ?? 0, resting: hub?.resting ?? {} }),
  });
  const overview = new Overview({
    coordinator,
    store,
    figures,
    work,
    oversight,
    computing: () => hub?.computing ?? 0,
    rolesWaiting: () => stewards.roleChanges().length,
    logVerdict: () => auditTrail.verdict(),
    clock,
  });
  const served = [...loaded].map(([kind, { hash, bytes }]) => ({
    kind,
    version: must(kindNamed(kind), kind).version,
    hash,
    builds: [{ hash, bytes }, loadBaselineKernel(kind)],
  }));
  const site = options.siteDir === undefined ? undefined : readSite(options.siteDir);
  const app = httpApp({
    p2p,
    site,
    people,
    appeals,
    myData,
    exports: { store, auditTrail, kindNamed, clock },
    oversight,
    overview,
    feedback: new Feedback({ box: new FeedbackBox(store.database), store, limits: policy.limits, clock }),
    throttling: {
      ownDevice: (asker, id) => ownDevice(store, asker.id, id),
      rules: () => ({ policy: coordinator.policy, programme: coordinator.programme }),
      clock,
    },
    kernels: { kernels: served, manifest },
    auth,
    access,
    policies,
    adjustments: new Adjustments({ coordinator, store }),
    auditTrail,
    clock,
    isTls: certificate !== undefined,
    trustedProxies,
    get policy() {
      return coordinator.policy;
    },
    stopping: stopping.signal,
    incident: report,
  });
  gate.open(app.fetch);
  onClose(() => gate.close(GRACE_MS));
  onClose(() => stopping.abort());

  hub = new LinkHub({
    coordinator,
    findDevice: (id) => findDevice(store, coordinator.policy, id),
    get policy() {
      return coordinator.policy;
    },
    wireOf: (socket) => gate.wireOf(socket),
    addressOf: (request) => addressOfRequest(request, trustedProxies),
    origins: new Set(origins),
    clock,
    incident: report,
  });
  hub.attach(gate.server);
  onClose(() => hub?.close());

  const { port, url } = gate;
  return {
    url,
    port,
    app,
    coordinator,
    store,
    p2p,
    people,
    auth,
    hasAdmin: () => stewards.hasAdmin(),
    mainframe,
    audit,
    auditLog,
    stopping: stopping.signal,
    close: closeAll,
  };
}

/** Those given and this machine's own; first the one with a name, which passkeys are made for (an address cannot have any). */
function originsOf(url: string, port: number, given: readonly string[]): readonly [string, ...string[]] {
  const { protocol } = new URL(url);
  const own = [`${protocol}//localhost:${port}`, `${protocol}//127.0.0.1:${port}`, url] as const;
  const home = given.find((origin) => /[a-z]/i.test(new URL(origin).hostname)) ?? own[0];
  return [home, ...new Set([...given, ...own].filter((one) => one !== home))];
}

function openStore(path: string): SqliteStore {
  try {
    return SqliteStore.open(path);
  } catch (error) {
    throw new StartError('database_unusable', `The database ${path} cannot be used: ${(error as Error).message}.`);
  }
}

/** What time alone makes due. A store that fails is told and tried again: it never takes the server down. */
async function tick(
  coordinator: Coordinator,
  mainframe: Mainframe,
  report: (where: string, error: unknown) => void,
): Promise<void> {
  try {
    await coordinator.tick();
  } catch (error) {
    report('tick', error);
  }
  mainframe.wake();
}

/** What is queued is decided first; nothing is taken after that. */
async function stopCoordinator(coordinator: Coordinator): Promise<void> {
  await coordinator.settled();
  coordinator.stop();
  await coordinator.settled();
}
