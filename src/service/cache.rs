//! In-memory caches of what the database says. A reader draws a ticket before it
//! reads the database; its value is kept only if nothing was invalidated since. So
//! a reader that was overtaken by a change cannot bring the old value back.
//!
//! The caches have a deadline, which each heartbeat that comes back from the database
//! moves on. Beyond it, nothing is served from here: not after the network has frozen,
//! nor after the process was stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::Equivalent;
use quick_cache::sync::Cache as QuickCache;

use crate::clock::uptime;
use crate::service::decisions::{Question, Rendered};
use crate::service::members::NamedMember;
use crate::service::operation::Caller;
use renown_core::domain::{Claim, MemberId, ProgramId, ProgramVersion};
use renown_core::rules::{DemotionFreeze, MemberFacts, Supply};

/// The number of change counters for members; a member's id selects one.
const SLOTS: usize = 4096;

/// The caches of one process.
#[derive(Debug)]
pub struct Cache {
    /// The uptime, in nanoseconds, until which the caches can be relied on; 0 while the
    /// listener is not connected, because then a change could be missed.
    fresh_until: AtomicU64,
    callers: QuickCache<[u8; 32], Arc<Caller>>,
    caller_changes: AtomicU64,
    identities: QuickCache<Box<str>, Arc<NamedMember>>,
    identity_changes: AtomicU64,
    facts: QuickCache<MemberId, Arc<MemberFacts>>,
    answers: QuickCache<AnswerKey, Arc<CachedAnswer>>,
    member_changes: Box<[AtomicU64]>,
}

/// The key of a rendered lookup.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    /// The member that the lookup is about, and by which identity.
    pub named: Arc<NamedMember>,
    /// The program that was evaluated.
    pub program: ProgramId,
    /// Which of the lookups it is.
    pub question: Question,
}

/// The key of a rendered lookup, borrowed: it is hashed like an [`AnswerKey`].
#[derive(Debug, Clone, Copy, Hash)]
pub struct BorrowedAnswerKey<'q> {
    /// The member that the lookup is about, and by which identity.
    pub named: &'q NamedMember,
    /// The program that is evaluated.
    pub program: &'q ProgramId,
    /// Which of the lookups it is.
    pub question: Question,
}

impl Equivalent<AnswerKey> for BorrowedAnswerKey<'_> {
    fn equivalent(&self, key: &AnswerKey) -> bool {
        *self.named == *key.named && *self.program == key.program && self.question == key.question
    }
}

/// Everything that a rendered lookup was computed from, apart from its key.
#[derive(Debug, Clone)]
pub struct Ingredients {
    /// The member's facts, as cached here.
    pub facts: Arc<MemberFacts>,
    /// The version in force.
    pub version: ProgramVersion,
    /// The tick, in seconds since 1970.
    pub tick: i64,
    /// The demotion freeze, if there is one.
    pub hold: Option<DemotionFreeze>,
    /// What is left of the perks; empty where the lookup does not show it.
    pub supply: Supply,
    /// The member's open claims; empty where the lookup does not show them.
    pub claims: Vec<Claim>,
}

/// Two values are equal only if their facts are the same object in memory.
impl PartialEq for Ingredients {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.facts, &other.facts)
            && self.version == other.version
            && self.tick == other.tick
            && self.hold == other.hold
            && self.supply == other.supply
            && self.claims == other.claims
    }
}

/// A rendered lookup, valid as long as its ingredients are unchanged.
#[derive(Debug)]
pub struct CachedAnswer {
    /// The ingredients that it was computed from.
    pub made_from: Ingredients,
    /// The answer.
    pub rendered: Rendered,
}

/// The state of a change counter, drawn before reading; void once the counter has
/// moved.
#[derive(Debug, Clone, Copy)]
pub struct CacheTicket(u64);

impl Cache {
    /// Creates caches for this many members.
    pub fn new(members: usize) -> Self {
        Self {
            fresh_until: AtomicU64::new(0),
            callers: QuickCache::new(10_000),
            caller_changes: AtomicU64::new(0),
            identities: QuickCache::new(members),
            identity_changes: AtomicU64::new(0),
            facts: QuickCache::new(members),
            answers: QuickCache::new(members),
            member_changes: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Sets the uptime until which the caches can be relied on: zero if change notices
    /// are not being received.
    pub fn rely_until(&self, uptime: Duration) {
        let nanos = u64::try_from(uptime.as_nanos()).unwrap_or(u64::MAX);
        self.fresh_until.store(nanos, Ordering::SeqCst);
    }

    /// Returns whether every change up to a moment ago has arrived here, so that the
    /// caches can be relied on.
    pub fn is_fresh(&self) -> bool {
        uptime().as_nanos() < u128::from(self.fresh_until.load(Ordering::Acquire))
    }

    fn slot(&self, member: MemberId) -> &AtomicU64 {
        // The last bytes of a UUIDv7 are random.
        let low = member.0.as_u128() as usize;
        &self.member_changes[low % SLOTS]
    }

    /// Draws a ticket before a caller is read.
    pub fn ticket_for_keys(&self) -> CacheTicket {
        CacheTicket(self.caller_changes.load(Ordering::SeqCst))
    }

    /// Draws a ticket before an identity is resolved.
    pub fn ticket_for_identities(&self) -> CacheTicket {
        CacheTicket(self.identity_changes.load(Ordering::SeqCst))
    }

    /// Draws a ticket before a member's facts are read.
    pub fn ticket_for(&self, member: MemberId) -> CacheTicket {
        CacheTicket(self.slot(member).load(Ordering::SeqCst))
    }

    /// Returns the caller whose secret has this SHA-256 hash, if cached.
    pub fn caller(&self, hash: &[u8; 32]) -> Option<Arc<Caller>> {
        self.is_fresh().then(|| self.callers.get(hash)).flatten()
    }

    /// Caches a caller, if no key or session has changed since the ticket.
    pub fn remember_caller(&self, hash: [u8; 32], caller: Arc<Caller>, ticket: CacheTicket) {
        metrics::counter!("renown_cache_misses_total", "cache" => "callers").increment(1);
        self.callers.insert(hash, caller);
        if self.caller_changes.load(Ordering::SeqCst) != ticket.0 {
            self.callers.remove(&hash);
        }
    }

    /// Drops all callers, because a key or a session has changed.
    pub fn forget_callers(&self) {
        self.caller_changes.fetch_add(1, Ordering::SeqCst);
        self.callers.clear();
    }

    /// Returns the member that an identity refers to, if cached; the key is the
    /// text as the caller wrote it.
    pub fn member(&self, identity: &str) -> Option<Arc<NamedMember>> {
        self.is_fresh()
            .then(|| self.identities.get(identity))
            .flatten()
    }

    /// Caches which member an identity refers to, if no identity has changed since
    /// the ticket.
    pub fn remember_identity(&self, identity: &str, member: Arc<NamedMember>, ticket: CacheTicket) {
        metrics::counter!("renown_cache_misses_total", "cache" => "identities").increment(1);
        self.identities.insert(identity.into(), member);
        if self.identity_changes.load(Ordering::SeqCst) != ticket.0 {
            self.identities.remove(identity);
        }
    }

    /// Drops all identities, because identities were added or removed.
    pub fn forget_identities(&self) {
        self.identity_changes.fetch_add(1, Ordering::SeqCst);
        self.identities.clear();
    }

    /// Returns a member's facts, if cached.
    pub fn facts(&self, member: MemberId) -> Option<Arc<MemberFacts>> {
        self.is_fresh().then(|| self.facts.get(&member)).flatten()
    }

    /// Caches a member's facts, if nothing has changed since the ticket.
    pub fn remember_facts(&self, member: MemberId, facts: Arc<MemberFacts>, ticket: CacheTicket) {
        metrics::counter!("renown_cache_misses_total", "cache" => "facts").increment(1);
        self.facts.insert(member, facts);
        if self.slot(member).load(Ordering::SeqCst) != ticket.0 {
            self.facts.remove(&member);
        }
    }

    /// Drops a member's facts. Lookups that were rendered from them are no longer
    /// served.
    pub fn forget_member(&self, member: MemberId) {
        self.slot(member).fetch_add(1, Ordering::SeqCst);
        self.facts.remove(&member);
    }

    /// Drops every entry.
    pub fn forget_everything(&self) {
        for slot in &self.member_changes {
            slot.fetch_add(1, Ordering::SeqCst);
        }
        self.facts.clear();
        self.answers.clear();
        self.forget_identities();
        self.forget_callers();
    }

    /// Returns a rendered lookup, if it was made from the same ingredients.
    pub fn answer(
        &self,
        key: &BorrowedAnswerKey<'_>,
        from: &Ingredients,
    ) -> Option<Arc<CachedAnswer>> {
        let answer = self.answers.get(key)?;
        (answer.made_from == *from).then_some(answer)
    }

    /// Caches a rendered lookup; its ingredients are compared on reading.
    pub fn remember_answer(&self, key: AnswerKey, answer: Arc<CachedAnswer>) {
        metrics::counter!("renown_cache_misses_total", "cache" => "answers").increment(1);
        self.answers.insert(key, answer);
    }

    /// Returns the number of entries of each cache, by its name in the metrics.
    pub fn entries(&self) -> [(&'static str, usize); 4] {
        [
            ("answers", self.answers.len()),
            ("callers", self.callers.len()),
            ("facts", self.facts.len()),
            ("identities", self.identities.len()),
        ]
    }
}
