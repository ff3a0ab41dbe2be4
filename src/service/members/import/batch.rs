//! One batch of lines: what is known is read without locks, what changes is worked out, and
//! only what changes is locked and written, if it is still as it was read.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgConnection;

use super::super::Members;
use super::super::enrolment::name_consent;
use super::LineResult;
use super::owners::Owners;
use super::plan::{Plan, Writes};
use crate::service::compute::Compute;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::StoreError;
use crate::store::members::{ExternalId, import as rows};
use renown_core::domain::{
    AccountId, ExternalKind, Handle, HandleKey, HandleMac, Identity, MemberId, Scoring,
};
use renown_core::ingest::member_list::MemberLine;

/// The most attempts at a batch that other transactions are in the way of.
const ATTEMPTS: u32 = 8;
/// The pause before the second attempt; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(20);
/// As many bytes as make a computation a long one: a batch is never short.
const LONG: usize = usize::MAX;

/// Writes the batches of one import.
pub(super) struct Batches<'m> {
    members: &'m Members,
    /// What a dry run would have given away so far.
    dry: Option<WouldBe>,
}

/// Who would have which identity after the batches of a dry run. Identities are hashed with
/// a key of the process, to be small.
#[derive(Default)]
struct WouldBe {
    hasher: RandomState,
    owners: HashMap<u64, MemberId>,
    case_counts: Vec<ExternalKind>,
}

/// The lines of a batch, and the handles in it by their hash.
struct Batch {
    lines: Vec<MemberLine>,
    handles: BTreeMap<HandleMac, Handle>,
}

/// Why a batch was not written.
enum Failure {
    /// Somebody else has changed what was read.
    Moved,
    Failed(ServiceError),
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Failure {
    fn into_error(self) -> ServiceError {
        match self {
            Self::Moved => ServiceError::Busy,
            Self::Failed(error) => error,
        }
    }

    /// Returns whether the batch may succeed a moment later.
    fn is_contention(&self) -> bool {
        match self {
            Self::Moved => true,
            Self::Failed(ServiceError::Store(error)) => error.is_contention(),
            Self::Failed(_) => false,
        }
    }
}

impl<'m> Batches<'m> {
    pub(super) fn new(members: &'m Members, is_dry: bool) -> Self {
        Self {
            members,
            dry: is_dry.then(|| WouldBe {
                case_counts: members.context.config.accounts.case_counts.clone(),
                ..WouldBe::default()
            }),
        }
    }

    pub(super) fn compute(&self) -> &Compute {
        &self.members.context.compute
    }

    /// Writes a batch, all of its good lines or nothing, and returns the result of each line.
    pub(super) async fn write(&mut self, lines: Vec<MemberLine>) -> Result<Vec<LineResult>> {
        let key = self.members.handle_keys.current().clone();
        let hash = move || Batch::new(lines, &key);
        let batch = Arc::new(self.compute().run(LONG, hash).await?);
        let mut pause = PAUSE;
        for _ in 1..ATTEMPTS {
            match self.attempt(&batch).await {
                Err(failure) if failure.is_contention() => {}
                done => return done.map_err(Failure::into_error),
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.attempt(&batch).await.map_err(Failure::into_error)
    }

    async fn attempt(&mut self, batch: &Arc<Batch>) -> Result<Vec<LineResult>, Failure> {
        let context = &self.members.context;
        let mut transaction = context.transaction().await?;
        let conn = &mut *transaction;
        let mut owners = self.members.owners(conn, batch).await?;
        if let Some(dry) = &self.dry {
            dry.add_to(&mut owners, batch);
        }
        let ids = owners.members();
        let known = store::members::members(conn, &ids).await?;
        if known.len() < ids.len() && self.dry.is_none() {
            return Err(Failure::Moved);
        }
        let now = context.clock.now();
        let new_ids = batch.lines.iter().map(|_| MemberId(context.clock.new_id()));
        let new_ids: Vec<MemberId> = new_ids.collect();
        let work = plan(Arc::clone(batch), Plan::new(owners, known, now), new_ids);
        let (plan, results, writes) = context.compute.run(LONG, work).await?;
        if let Some(dry) = &mut self.dry {
            dry.remember(&plan.given);
            return Ok(results);
        }
        let writes = writes?;
        if !writes.touched.is_empty() {
            self.members.write_plan(conn, batch, &plan, &writes).await?;
            transaction.commit().await.map_err(StoreError::from)?;
            self.members.forget(&plan, &writes);
        }
        Ok(results)
    }
}

/// Returns the work that finds out what a batch changes, for another thread.
fn plan(
    batch: Arc<Batch>,
    mut plan: Plan,
    new_ids: Vec<MemberId>,
) -> impl FnOnce() -> Planned + Send + 'static {
    move || {
        let lines = batch.lines.iter().zip(new_ids);
        let results = lines.map(|(line, id)| plan.line(line, id)).collect();
        let writes = plan.writes();
        (plan, results, writes)
    }
}

type Planned = (Plan, Vec<LineResult>, Result<Writes, StoreError>);

impl Batch {
    fn new(lines: Vec<MemberLine>, key: &HandleKey) -> Self {
        let rows = lines.iter().filter_map(|(_, row)| row.as_ref().ok());
        let identities = rows.flat_map(|row| &row.identities);
        let handles = identities.filter_map(|identity| match identity {
            Identity::Account(handle) => Some((key.mac(handle), handle.clone())),
            _ => None,
        });
        let handles = handles.collect();
        Self { lines, handles }
    }

    fn identities(&self) -> impl Iterator<Item = &Identity> {
        let rows = self.lines.iter().filter_map(|(_, row)| row.as_ref().ok());
        rows.flat_map(|row| &row.identities)
    }
}

impl WouldBe {
    fn add_to(&self, owners: &mut Owners, batch: &Batch) {
        for identity in batch.identities() {
            if let Some(member) = self.owners.get(&self.hash(identity)) {
                owners.give(identity.clone(), *member);
            }
        }
    }

    fn remember(&mut self, given: &BTreeMap<Identity, MemberId>) {
        for (identity, member) in given {
            self.owners.insert(self.hash(identity), *member);
        }
    }

    fn hash(&self, identity: &Identity) -> u64 {
        self.hasher.hash_one(identity.folded(&self.case_counts))
    }
}

impl Members {
    /// Returns the members of those identities in a batch that have one.
    async fn owners(&self, conn: &mut PgConnection, batch: &Batch) -> Result<Owners, StoreError> {
        let is_id = |identity: &&Identity| matches!(identity, Identity::Member(_));
        let ids = batch.identities().filter(is_id);
        let mut owners = self.resolve_all(conn, ids).await?;
        let externals = batch.identities().filter_map(|identity| match identity {
            Identity::External(kind, value) => Some(self.external(*kind, value)),
            _ => None,
        });
        let externals: Vec<ExternalId<'_>> = externals.collect();
        let known = store::members::by_externals(conn, &externals).await?;
        let identity = |(kind, value)| Identity::External(kind, value);
        let owned = known.owners.into_iter();
        owners.extend(owned.map(|(written, (owner, _))| (identity(written), owner)));
        self.account_owners(conn, batch, &mut owners).await?;
        let shared = known.shared.into_keys().map(identity).collect();
        let case_counts = &self.context.config.accounts.case_counts;
        Ok(Owners::new(owners, shared, case_counts))
    }

    async fn account_owners(
        &self,
        conn: &mut PgConnection,
        batch: &Batch,
        owners: &mut BTreeMap<Identity, MemberId>,
    ) -> Result<(), StoreError> {
        if batch.handles.is_empty() {
            return Ok(());
        }
        let macs: Vec<HandleMac> = batch.handles.keys().copied().collect();
        let key = self.handle_keys.current();
        let found = rows::owners_by_mac(conn, key, &macs).await?;
        // An account that was hashed with a retired key is found only with that key.
        let mut older = Vec::new();
        for (mac, handle) in &batch.handles {
            match found.get(mac) {
                Some(Some(owner)) => {
                    owners.insert(Identity::Account(handle.clone()), *owner);
                }
                Some(None) => {}
                None => older.push(handle),
            }
        }
        if !self.handle_keys.retired().is_empty() {
            let older = store::members::accounts::owners(conn, &self.handle_keys, older).await?;
            let older = older.into_iter();
            owners.extend(older.map(|(handle, (id, _))| (Identity::Account(handle.clone()), id)));
        }
        Ok(())
    }

    /// Locks what changes, and writes it. Members come before accounts, and accounts before
    /// other identities, as in a change of one member.
    async fn write_plan(
        &self,
        conn: &mut PgConnection,
        batch: &Batch,
        plan: &Plan,
        writes: &Writes,
    ) -> Result<(), Failure> {
        let now = self.context.clock.now();
        let unmoved = |is_so: bool| is_so.then_some(()).ok_or(Failure::Moved);
        if let Some(changed) = &writes.changed {
            unmoved(rows::lock_versions(conn, &writes.versions).await?)?;
            rows::update_all(conn, changed, now).await?;
        }
        if let Some(created) = &writes.created {
            rows::insert_all(conn, created, now).await?;
        }
        let accounts = self.free_accounts(conn, batch, plan).await?;
        let ids: Vec<AccountId> = accounts.iter().map(|(account, ..)| *account).collect();
        if !ids.is_empty() {
            unmoved(rows::lock_free(conn, &ids).await?)?;
            store::members::accounts::link(conn, &accounts).await?;
        }
        let externals = self.externals(plan);
        if !externals.is_empty() {
            unmoved(rows::add_identities(conn, &externals).await?)?;
        }
        // Before any score is locked, as the scorer does.
        store::scores::projections::queue_rescores(conn, &writes.touched).await?;
        name_consent(conn, &writes.opted_out, Scoring::OptedOut).await?;
        name_consent(conn, &writes.opted_in, Scoring::Active).await?;
        store::events::intake::notify_appended(conn).await?;
        let changed: Vec<MemberId> = writes.versions.iter().map(|(id, _)| *id).collect();
        store::members::notify_changed(conn, &changed).await?;
        if !plan.given.is_empty() {
            store::members::notify_identities_changed(conn).await?;
        }
        Ok(())
    }

    /// Returns the accounts that get a member, in their order; adds those that are new.
    async fn free_accounts<'b>(
        &self,
        conn: &mut PgConnection,
        batch: &'b Batch,
        plan: &Plan,
    ) -> Result<Vec<(AccountId, MemberId, &'b Handle)>, StoreError> {
        let mut wanted: BTreeMap<HandleMac, &Handle> = BTreeMap::new();
        let mut owners: BTreeMap<HandleMac, MemberId> = BTreeMap::new();
        for (mac, handle) in &batch.handles {
            if let Some(owner) = plan.given.get(&Identity::Account(handle.clone())) {
                wanted.insert(*mac, handle);
                owners.insert(*mac, *owner);
            }
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let found = store::members::accounts::resolve(conn, &self.handle_keys, &wanted).await?;
        let links = found.into_iter().filter_map(|(mac, account)| {
            let (owner, handle) = (owners.get(&mac)?, wanted.get(&mac)?);
            Some((account, *owner, *handle))
        });
        let mut links: Vec<_> = links.collect();
        links.sort_unstable_by_key(|(account, ..)| *account);
        Ok(links)
    }

    fn externals<'p>(&self, plan: &'p Plan) -> Vec<(ExternalId<'p>, MemberId)> {
        let given = plan.given.iter();
        let externals = given.filter_map(|(identity, member)| match identity {
            Identity::External(kind, value) => Some((self.external(*kind, value), *member)),
            _ => None,
        });
        externals.collect()
    }

    /// Forgets what is cached about a batch that was committed.
    fn forget(&self, plan: &Plan, writes: &Writes) {
        if !plan.given.is_empty() {
            self.context.cache.forget_identities();
        }
        for (member, _) in &writes.versions {
            self.context.cache.forget_member(*member);
        }
    }
}
