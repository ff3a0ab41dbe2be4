//! What is kept in memory of what the database says. Filled only by what was
//! read after a ticket was drawn, and only if nothing was invalidated since:
//! a reader that was overtaken by a change cannot bring the old value back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;
use quick_cache::sync::Cache as QuickCache;

use crate::service::decisions::Question;

use crate::service::operation::Caller;
use renown_core::domain::{MemberId, ProgramId, ProgramVersion};
use renown_core::rules::{DemotionFreeze, MemberFacts, Supply};

/// Changes of members are counted in so many slots, by id.
const SLOTS: usize = 4096;

/// The caches of one process.
#[derive(Debug)]
pub struct Cache {
    /// Off while the listener is not heard: then a change could be missed.
    listening: AtomicBool,
    callers: QuickCache<[u8; 32], Arc<Caller>>,
    caller_changes: AtomicU64,
    identities: QuickCache<Box<str>, MemberId>,
    identity_changes: AtomicU64,
    facts: QuickCache<MemberId, Arc<MemberFacts>>,
    answers: QuickCache<AnswerKey, Arc<CachedAnswer>>,
    member_changes: Box<[AtomicU64]>,
}

/// What a rendered lookup depends on besides the member's facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    /// For whom.
    pub member: MemberId,
    /// By which program.
    pub program: ProgramId,
    /// Which of the lookups.
    pub question: Question,
}

/// What a rendered lookup is made from, its question apart.
#[derive(Debug, Clone)]
pub struct Ingredients {
    /// What is known of the member, as it is kept here.
    pub facts: Arc<MemberFacts>,
    /// The version in force.
    pub version: ProgramVersion,
    /// The tick, in seconds since 1970.
    pub tick: i64,
    /// The hold on tiers.
    pub hold: Option<DemotionFreeze>,
    /// What may still be given; nothing where the lookup does not show it.
    pub supply: Supply,
}

/// Facts are the same only if they are the very ones that were kept.
impl PartialEq for Ingredients {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.facts, &other.facts)
            && self.version == other.version
            && self.tick == other.tick
            && self.hold == other.hold
            && self.supply == other.supply
    }
}

/// A rendered lookup, good as long as its ingredients are.
#[derive(Debug)]
pub struct CachedAnswer {
    /// What it was made from.
    pub made_from: Ingredients,
    /// The body.
    pub body: Bytes,
    /// Its strong entity tag.
    pub etag: String,
}

/// Drawn before reading; void once something it covers has changed.
#[derive(Debug, Clone, Copy)]
pub struct CacheTicket(u64);

impl Cache {
    /// Makes caches for so many members.
    pub fn new(members: usize) -> Self {
        Self {
            listening: AtomicBool::new(false),
            callers: QuickCache::new(10_000),
            caller_changes: AtomicU64::new(0),
            identities: QuickCache::new(members),
            identity_changes: AtomicU64::new(0),
            facts: QuickCache::new(members),
            answers: QuickCache::new(members),
            member_changes: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Says whether changes are being heard. When they are not, nothing is
    /// served from here; when they are again, everything old is gone.
    pub fn set_listening(&self, listening: bool) {
        if listening && !self.listening.load(Ordering::SeqCst) {
            self.forget_everything();
        }
        self.listening.store(listening, Ordering::SeqCst);
    }

    /// Whether changes are being heard, so that memory can be relied on.
    pub fn is_heard(&self) -> bool {
        self.listening.load(Ordering::Relaxed)
    }

    fn slot(&self, member: MemberId) -> &AtomicU64 {
        // The last bytes of a UUIDv7 are random.
        let low = member.0.as_u128() as usize;
        &self.member_changes[low % SLOTS]
    }

    /// Before a key is read.
    pub fn ticket_for_keys(&self) -> CacheTicket {
        CacheTicket(self.caller_changes.load(Ordering::SeqCst))
    }

    /// Before an identity is resolved.
    pub fn ticket_for_identities(&self) -> CacheTicket {
        CacheTicket(self.identity_changes.load(Ordering::SeqCst))
    }

    /// Before a member's facts are read.
    pub fn ticket_for(&self, member: MemberId) -> CacheTicket {
        CacheTicket(self.slot(member).load(Ordering::SeqCst))
    }

    /// Who holds the secret of this hash.
    pub fn caller(&self, hash: &[u8; 32]) -> Option<Arc<Caller>> {
        self.is_heard().then(|| self.callers.get(hash)).flatten()
    }

    /// Keeps a caller, if no key has changed since the ticket.
    pub fn remember_caller(&self, hash: [u8; 32], caller: Arc<Caller>, ticket: CacheTicket) {
        self.callers.insert(hash, caller);
        if self.caller_changes.load(Ordering::SeqCst) != ticket.0 {
            self.callers.remove(&hash);
        }
    }

    /// A key has changed.
    pub fn forget_callers(&self) {
        self.caller_changes.fetch_add(1, Ordering::SeqCst);
        self.callers.clear();
    }

    /// Whom an identity, as it was written, refers to.
    pub fn member(&self, identity: &str) -> Option<MemberId> {
        self.is_heard()
            .then(|| self.identities.get(identity))
            .flatten()
    }

    /// Keeps whom an identity refers to.
    pub fn remember_identity(&self, identity: &str, member: MemberId, ticket: CacheTicket) {
        self.identities.insert(identity.into(), member);
        if self.identity_changes.load(Ordering::SeqCst) != ticket.0 {
            self.identities.remove(identity);
        }
    }

    /// Identities have been given or taken.
    pub fn forget_identities(&self) {
        self.identity_changes.fetch_add(1, Ordering::SeqCst);
        self.identities.clear();
    }

    /// What is known of a member.
    pub fn facts(&self, member: MemberId) -> Option<Arc<MemberFacts>> {
        self.is_heard().then(|| self.facts.get(&member)).flatten()
    }

    /// Keeps what is known of a member, if nothing has changed since the ticket.
    pub fn remember_facts(&self, member: MemberId, facts: Arc<MemberFacts>, ticket: CacheTicket) {
        self.facts.insert(member, facts);
        if self.slot(member).load(Ordering::SeqCst) != ticket.0 {
            self.facts.remove(&member);
        }
    }

    /// A member has changed. Answers made from old facts go with them.
    pub fn forget_member(&self, member: MemberId) {
        self.slot(member).fetch_add(1, Ordering::SeqCst);
        self.facts.remove(&member);
    }

    /// Everything may have changed.
    pub fn forget_everything(&self) {
        for slot in &self.member_changes {
            slot.fetch_add(1, Ordering::SeqCst);
        }
        self.facts.clear();
        self.answers.clear();
        self.forget_identities();
        self.forget_callers();
    }

    /// A rendered lookup that is still good: made from the same.
    pub fn answer(&self, key: &AnswerKey, from: &Ingredients) -> Option<Arc<CachedAnswer>> {
        let answer = self.answers.get(key)?;
        (answer.made_from == *from).then_some(answer)
    }

    /// Keeps a rendered lookup; it is checked when it is taken out again.
    pub fn remember_answer(&self, key: AnswerKey, answer: Arc<CachedAnswer>) {
        self.answers.insert(key, answer);
    }
}
