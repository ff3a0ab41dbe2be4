//! Codes of claims: generated or imported from a partner, and redeemed at a till.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use uuid::Uuid;

use super::Claims;
use crate::service::error::{Result, ServiceError};
use crate::service::events::ReadOutcome;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::StoreError;
use crate::store::claims::codes::Found;
use renown_core::domain::{
    CallerId, Claim, ClaimId, Code, CodeCounts, EnteredCode, PerkId, ProgramId,
};
use renown_core::ingest::code_list::{CodeEntry, CodeList};
use renown_core::rules::{Perk, PerkCodes};

/// Codes that are written in one transaction.
const AT_ONCE: usize = 2_000;
/// The most rejected lines that a report lists; all are counted.
const MAX_LISTED: usize = 1_000;
/// The error for a code that no member has, whatever the reason.
const UNKNOWN: ServiceError = ServiceError::NotFound("such code");
const NO_PERK: ServiceError = ServiceError::NotFound("such perk");

/// The result of importing a list of codes.
#[derive(Debug, Clone)]
pub struct CodeReport<E> {
    /// The number of codes that are new.
    pub accepted: u64,
    /// The number of codes that the perk had already.
    pub duplicates: u64,
    /// The number of lines that are not codes.
    pub rejected: u64,
    /// The first 1000 rejected lines: the line number in the file, from 1, and what
    /// is wrong.
    pub listed: Vec<(u64, String)>,
    /// Whether the list was read to its end. The codes that were read are stored.
    pub outcome: ReadOutcome<E>,
}

/// A code presented for redemption.
#[derive(Debug, Clone)]
pub struct Redemption {
    /// The code as it was typed or scanned.
    pub code: EnteredCode,
    /// Only codes of this program count; `None` for any.
    pub program: Option<ProgramId>,
    /// Only codes of this perk count; `None` for any.
    pub perk: Option<PerkId>,
    /// The caller who redeems it; `None` for one in the shell.
    pub by: Option<CallerId>,
}

impl Claims {
    /// Gives new claims on perks their codes, where the perk has codes. The caller has counted
    /// the free codes under a lock, so there is one for each claim.
    pub(in crate::service) async fn give_codes<'c>(
        &self,
        work: &mut UnitOfWork,
        claims: impl Iterator<Item = (&'c Perk, &'c mut Claim)>,
    ) -> Result<()> {
        let mut coded: BTreeMap<&PerkId, (&Perk, Vec<&mut Claim>)> = BTreeMap::new();
        for (perk, claim) in claims.filter(|(perk, _)| perk.codes != PerkCodes::None) {
            let (_, of_perk) = coded.entry(&perk.id).or_insert((perk, Vec::new()));
            of_perk.push(claim);
        }
        for (perk, claims) in coded.into_values() {
            self.give_codes_of(work, perk, claims).await?;
        }
        Ok(())
    }

    async fn give_codes_of(
        &self,
        work: &mut UnitOfWork,
        perk: &Perk,
        claims: Vec<&mut Claim>,
    ) -> Result<()> {
        let Some(first) = claims.first() else {
            return Ok(());
        };
        let (program, now) = (first.program.clone(), first.held_at);
        let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
        let of = (&program, &perk.id);
        let mut codes = if perk.codes == PerkCodes::Imported {
            store::claims::codes::assign(work.conn(), of, &ids).await?
        } else {
            let new = ids
                .iter()
                .map(|id| (*id, Code::generate(self.context.clock.random())));
            let new: Vec<(ClaimId, Code)> = new.collect();
            store::claims::codes::insert(work.conn(), of, &new, now).await?;
            new.into_iter().collect()
        };
        for claim in claims {
            let code = codes.remove(&claim.id).ok_or_else(|| {
                StoreError::Corrupt(format!(
                    "free codes of '{}' are counted and not there",
                    perk.id
                ))
            })?;
            claim.code = Some(code);
        }
        Ok(())
    }

    /// Redeems the claim that has a code.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no claim has this code;
    /// [`ServiceError::Invalid`] if its check character is wrong and no partner's
    /// code can be meant; [`ServiceError::Conflict`] if the claim cannot be
    /// redeemed.
    pub async fn redeem_code(&self, work: &mut UnitOfWork, asked: Redemption) -> Result<Claim> {
        let (program, perk) = (asked.program.as_ref(), asked.perk.as_ref());
        let found = store::claims::codes::find(work.conn(), &asked.code, program, perk).await?;
        match only(&found)? {
            Some(claim) => self.redeem(work, claim, asked.by).await,
            None if asked.code.is_mistyped() && !self.may_be_imported(program) => Err(mistyped()),
            None => Err(UNKNOWN),
        }
    }

    /// Returns whether a code that we did not generate may be one of a partner's.
    fn may_be_imported(&self, program: Option<&ProgramId>) -> bool {
        let imports = |id: &ProgramId| {
            let in_force = self.programs.in_force(id);
            in_force.is_ok_and(|in_force| {
                let mut perks = in_force.program.perks().iter();
                perks.any(|perk| perk.codes == PerkCodes::Imported)
            })
        };
        match program {
            Some(program) => imports(program),
            None => self.programs.ids().iter().any(imports),
        }
    }

    /// Imports a list of a partner's codes from a stream, 2000 codes in a
    /// transaction. Importing the same list again adds nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program or perk;
    /// [`ServiceError::Invalid`] if the text is not a list of codes;
    /// [`ServiceError::Conflict`] if the perk does not give codes of a partner.
    /// Codes that were written before the error stay.
    pub async fn import_codes<E>(
        &self,
        program: &ProgramId,
        perk: &PerkId,
        body: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<CodeReport<E>> {
        self.imports_codes(program, perk)?;
        let mut import = Import {
            service: self,
            of: (program, perk),
            batch: self.context.clock.new_id(),
            waiting: Vec::with_capacity(AT_ONCE),
            report: CodeReport::new(),
        };
        let mut list = CodeList::default();
        let mut body = std::pin::pin!(body);
        loop {
            if import.report.rejected >= self.context.config.ingest.max_rejections {
                import.report.outcome = ReadOutcome::Rejected;
                break;
            }
            match body.next().await {
                Some(Ok(chunk)) => list = import.entries(list, chunk).await?,
                Some(Err(error)) => {
                    import.report.outcome = ReadOutcome::Broken(error);
                    break;
                }
                None => {
                    if let Some(entry) = list.finish().map_err(no_list)? {
                        import.entry(entry).await?;
                    }
                    break;
                }
            }
        }
        import.write().await?;
        Ok(import.report)
    }

    fn imports_codes(&self, program: &ProgramId, perk: &PerkId) -> Result<()> {
        let in_force = self.programs.in_force(program)?;
        let perk = in_force.program.perk(perk).ok_or(NO_PERK)?;
        match perk.codes {
            PerkCodes::Imported => Ok(()),
            PerkCodes::None | PerkCodes::Generated => Err(ServiceError::Conflict(format!(
                "the perk '{}' does not give codes of a partner; publish it with \
                 'codes: imported' first",
                perk.id
            ))),
        }
    }

    /// Counts the codes of a perk by state.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program or perk.
    pub async fn count_codes(
        &self,
        program: &ProgramId,
        perk: &PerkId,
    ) -> Result<(PerkCodes, CodeCounts)> {
        let in_force = self.programs.in_force(program)?;
        let codes = in_force.program.perk(perk).ok_or(NO_PERK)?.codes;
        let mut conn = self.context.pool.acquire().await?;
        let counts = store::claims::codes::count(&mut conn, program, perk).await?;
        Ok((codes, counts))
    }
}

/// Returns the claim that has a code: the confirmed one, or the first if none is.
fn only(found: &[Found]) -> Result<Option<ClaimId>> {
    let confirmed = |found: &&Found| found.is_confirmed;
    if found.iter().filter(confirmed).count() > 1 {
        let detail = "several claims have this code; say with 'program' and 'perk' which is meant";
        return Err(ServiceError::Conflict(detail.to_owned()));
    }
    let meant = found.iter().find(confirmed).or(found.first());
    Ok(meant.map(|found| found.claim))
}

fn mistyped() -> ServiceError {
    let detail = "a character of the code is wrong, or two have changed places; read it again";
    ServiceError::invalid("/code", detail)
}

fn no_list(invalid: renown_core::domain::Invalid) -> ServiceError {
    ServiceError::invalid("", invalid)
}

/// A started import.
struct Import<'i, E> {
    service: &'i Claims,
    of: (&'i ProgramId, &'i PerkId),
    batch: Uuid,
    waiting: Vec<Code>,
    report: CodeReport<E>,
}

impl<E> CodeReport<E> {
    fn new() -> Self {
        Self {
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            listed: Vec::new(),
            outcome: ReadOutcome::Complete,
        }
    }
}

impl<E> Import<'_, E> {
    /// Takes in the whole lines of a chunk, step by step. Returns the rest.
    async fn entries(&mut self, mut list: CodeList, chunk: Bytes) -> Result<CodeList> {
        let bytes = chunk.len();
        let mut chunk = Some(chunk);
        loop {
            let step = move || {
                if let Some(chunk) = chunk {
                    list.push(&chunk);
                }
                let next = std::iter::from_fn(|| list.next_entry().transpose());
                let entries: Result<Vec<_>, _> = next.take(AT_ONCE).collect();
                (entries, list)
            };
            let entries;
            (entries, list) = self.service.context.compute.run(bytes, step).await?;
            chunk = None;
            let entries = entries.map_err(no_list)?;
            let is_last = entries.len() < AT_ONCE;
            for entry in entries {
                self.entry(entry).await?;
            }
            if is_last {
                return Ok(list);
            }
        }
    }

    async fn entry(&mut self, entry: CodeEntry) -> Result<()> {
        match entry.code {
            Ok(code) => self.waiting.push(code),
            Err(invalid) => {
                self.report.rejected += 1;
                if self.report.listed.len() < MAX_LISTED {
                    self.report.listed.push((entry.line, invalid.to_string()));
                }
            }
        }
        if self.waiting.len() >= AT_ONCE {
            self.write().await?;
        }
        Ok(())
    }

    /// Writes the codes read so far, and counts them after the commit.
    async fn write(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let codes = std::mem::take(&mut self.waiting);
        let (of, batch, now) = (self.of, self.batch, self.service.context.clock.now());
        let added = self.service.context.carry_out(async |work| {
            let added = store::claims::codes::import(work.conn(), of, &codes, batch, now).await?;
            if added > 0 {
                store::claims::quotas::add_codes(work.conn(), of, added).await?;
                self.service.gives_back(work);
            }
            Ok(added)
        });
        let added = added.await?;
        self.report.accepted += added;
        self.report.duplicates += codes.len() as u64 - added;
        Ok(())
    }
}
