//! Imports of grants from lists, such as a press list or a list of house guests.

use std::collections::{BTreeMap, BTreeSet};

use super::Grants;
use super::grants::{Decider, check_gift, invalid};
use crate::service::error::Result;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    Grant, GrantId, Identity, Invalid, MemberId, ProgramId, Revocation, TextLine,
};
use renown_core::ingest::grant_list::{self, GrantLine};
use renown_core::rules::Program;

/// A valid line of a list: the member, the grant and the reason.
struct Granting {
    to: Identity,
    grant: Grant,
    reason: String,
}

/// How a list is to be imported.
#[derive(Debug, Clone)]
pub struct ListImport {
    /// The name of the list. A second import under the same name adds what is new.
    pub list: TextLine,
    /// The person who decided on the grants.
    pub by: Decider,
    /// Whether to enrol identities that are not members yet.
    pub enrol: bool,
    /// Whether to revoke grants of this list that it no longer names.
    pub replace: bool,
}

/// The result of importing a list.
#[derive(Debug, Clone, Default)]
pub struct ListReport {
    /// The number of lines that granted something.
    pub granted: usize,
    /// The number of lines that were in force already.
    pub unchanged: usize,
    /// The number of grants that were revoked, because the list no longer names
    /// them.
    pub revoked: usize,
    /// The number of members that were enrolled.
    pub enrolled: usize,
    /// The rejected lines: line number, column, and reason.
    pub rejected: Vec<(u64, &'static str, String)>,
}

/// A parsed list, with the members behind its lines.
#[derive(Debug, Clone)]
pub struct GrantList {
    program: ProgramId,
    import: ListImport,
    grants: Vec<(MemberId, Grant, String)>,
    report: ListReport,
}

const NOT_ENROLLED: &str = "nobody is enrolled under this identity";

impl Grants {
    /// Imports a list in CSV. A wrong line is rejected by itself; the others are
    /// granted.
    ///
    /// # Errors
    /// [`NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program; also if the text is not such a list. Nothing is granted then.
    pub async fn import_grants(
        &self,
        program: &ProgramId,
        text: &[u8],
        import: ListImport,
    ) -> Result<ListReport> {
        let list = self.read_list(program, text, import).await?;
        self.context
            .carry_out(async |work| self.put_list(work, list).await)
            .await
    }

    /// Reads a list, and enrols its identities if that is requested. Nothing is
    /// granted yet, and reading it again gives the same list.
    ///
    /// # Errors
    /// As [`import_grants`](Self::import_grants).
    pub async fn read_list(
        &self,
        program: &ProgramId,
        text: &[u8],
        import: ListImport,
    ) -> Result<GrantList> {
        let in_force = self.programs.in_force(program)?;
        let owned = text.to_vec();
        let parse = move || grant_list::parse(&owned);
        let parsed = self.context.compute.run(text.len(), parse).await?;
        let parsed = parsed.map_err(|why| invalid("", &why))?;
        let mut report = ListReport::default();
        let mut lines: Vec<(u64, Granting)> = Vec::new();
        for (number, line) in parsed {
            // Check the line first: no member is enrolled for a line that grants
            // nothing.
            match line.and_then(|line| self.check_line(&in_force.program, line, &import)) {
                Ok(granting) => lines.push((number, granting)),
                Err((column, why)) => report.rejected.push((number, column, why.to_string())),
            }
        }
        let members = self.on_list(&lines, &import, &mut report).await?;
        let mut grants = Vec::new();
        for (number, line) in lines {
            match members.get(&line.to) {
                Some(member) => grants.push((*member, line.grant, line.reason)),
                None => report
                    .rejected
                    .push((number, "member", NOT_ENROLLED.to_owned())),
            }
        }
        report.rejected.sort_by_key(|(number, ..)| *number);
        Ok(GrantList {
            program: program.clone(),
            import,
            grants,
            report,
        })
    }

    /// Checks a line. On failure, returns the column and what is wrong with it.
    fn check_line(
        &self,
        program: &Program,
        line: GrantLine,
        import: &ListImport,
    ) -> Result<Granting, (&'static str, Invalid)> {
        check_gift(program, &line.gift).map_err(|why| (line.gift.kind().as_str(), why))?;
        let on_the_list = || format!("on the list '{}'", import.list);
        let reason = line.reason.map_or_else(on_the_list, String::from);
        Ok(Granting {
            to: line.member,
            grant: self.new_grant(line.gift, line.starts_at, line.ends_at)?,
            reason,
        })
    }

    /// Finds the members behind the lines of a list, and enrols them if that is
    /// requested.
    async fn on_list(
        &self,
        lines: &[(u64, Granting)],
        import: &ListImport,
        report: &mut ListReport,
    ) -> Result<BTreeMap<Identity, MemberId>> {
        let identities: BTreeSet<&Identity> = lines.iter().map(|(_, line)| &line.to).collect();
        let mut conn = self.context.pool.acquire().await?;
        let mut members = self
            .members
            .resolve_all(&mut conn, identities.iter().copied())
            .await?;
        drop(conn);
        if import.enrol {
            let unknown = identities.into_iter();
            let unknown: Vec<&Identity> = unknown.filter(|id| !members.contains_key(id)).collect();
            let enrolled = self.members.enrol_many(&unknown).await?;
            report.enrolled = enrolled.len();
            members.extend(enrolled);
        }
        Ok(members)
    }

    /// Grants what a list names: all of it or nothing.
    pub async fn put_list(&self, work: &mut UnitOfWork, list: GrantList) -> Result<ListReport> {
        let GrantList {
            program,
            import,
            grants,
            mut report,
        } = list;
        let now = self.context.clock.now();
        // Concurrent imports of one list wait for each other.
        store::programs::lock(work.conn(), &program, now).await?;
        let present =
            store::programs::grants::of_list(work.conn(), &program, import.list.as_str(), now)
                .await?;
        let key = |member: MemberId, grant: &Grant| (member, grant.gift.clone(), grant.ends_at);
        let mut gone: BTreeMap<_, Vec<GrantId>> = BTreeMap::new();
        for (member, grant) in present {
            let same = gone.entry(key(member, &grant)).or_default();
            same.push(grant.id);
        }
        let mut granted = Vec::new();
        let mut named = BTreeSet::new();
        for (member, grant, reason) in grants {
            let key = key(member, &grant);
            // In force already, or named by an earlier line.
            if gone.remove(&key).is_some() | !named.insert(key) {
                report.unchanged += 1;
                continue;
            }
            let list = Some(&import.list);
            granted.push(self.to_record(member, grant, reason, &import.by, list));
        }
        report.granted = granted.len();
        let mut changed: Vec<MemberId> = granted.iter().map(|row| row.member).collect();
        store::programs::grants::add(work.conn(), &program, &granted).await?;
        if import.replace {
            changed.extend(gone.keys().map(|(member, ..)| *member));
            let gone: Vec<GrantId> = gone.into_values().flatten().collect();
            let revocation = Revocation {
                at: now,
                by: import.by.author.to_string(),
                reason: format!("not on the list '{}' any more", import.list),
            };
            store::programs::grants::revoke(work.conn(), &gone, &revocation).await?;
            report.revoked = gone.len();
        }
        self.tell_of_grants(work, &changed).await?;
        Ok(report)
    }
}
