//! Grants: tiers and perks that people give, one by one or by the list, with
//! who, why and until when; and their audit.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::PgConnection;

use super::Service;
use super::error::{Result, ServiceError};
use super::members::{PutMember, PutOutcome};
use super::paging;
use crate::domain::{
    Attributes, Gift, Grant, GrantId, Identity, Invalid, KeyId, MemberId, ProgramId, Scoring,
};
use crate::ingest::grant_list::{self, Line};
use crate::rules::Program;
use crate::store;
use crate::store::grants::{Recorded, Revocation, Wanted};

/// The longest reason, author and name of a list, in characters.
const MAX_TEXT: usize = 500;

/// What a reason, an author and the name of a list are.
const RIGHT_TEXT: &str = "a text of 1 to 500 characters on one line";

/// Who decided, and with which key it was said.
#[derive(Debug, Clone)]
pub struct Decider {
    /// The person, in words.
    pub author: String,
    /// The key, if there was one.
    pub key: Option<KeyId>,
}

/// What is to be granted to somebody.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// To whom: any identity.
    pub member: String,
    /// What.
    pub gift: Gift,
    /// Why.
    pub reason: String,
    /// From when; absent: from now on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; absent: until it is taken back.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a line of a list grants to whom and why.
struct Granting {
    to: Identity,
    grant: Grant,
    reason: String,
}

/// How a list is to be imported.
#[derive(Debug, Clone)]
pub struct ListImport {
    /// The list's name. Imported again under the same name, it adds what is new.
    pub list: String,
    /// Who decided.
    pub by: Decider,
    /// Enrol whoever is not a member yet.
    pub enrol: bool,
    /// Take back what the list granted before and does not name any more.
    pub replace: bool,
}

/// What became of a list.
#[derive(Debug, Clone, Default)]
pub struct ListReport {
    /// Lines that granted something.
    pub granted: usize,
    /// Lines that were in force already.
    pub unchanged: usize,
    /// Grants that were taken back, the list not naming them any more.
    pub revoked: usize,
    /// People who were enrolled for it.
    pub enrolled: usize,
    /// Lines that were not carried out: number, column, and why.
    pub rejected: Vec<(u64, &'static str, String)>,
}

impl Service {
    /// Grants something to a member.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a program or member; if the
    /// program has no such tier or perk, or the times make no sense.
    pub async fn grant(
        &self,
        program: &ProgramId,
        new: NewGrant,
        by: &Decider,
    ) -> Result<Recorded> {
        let in_force = self.program(program)?;
        check_gift(&in_force.program, &new.gift).map_err(|why| invalid(new.gift.kind(), &why))?;
        check_text("reason", &new.reason)?;
        check_text("author", &by.author)?;
        let identity = new.member.parse::<Identity>();
        identity.map_err(|why| invalid("member", &why))?;
        let member = self.find_member(&new.member).await?;
        let member = member.ok_or(ServiceError::NotFound("such member; enrol them first"))?;
        let grant = self.new_grant(new.gift, new.starts_at, new.ends_at);
        let grant = grant.map_err(|(field, why)| invalid(field, &why))?;
        let recorded = self.to_record(member, grant, new.reason, by, None);
        let mut transaction = self.pool.begin().await?;
        store::grants::add(&mut transaction, program, std::slice::from_ref(&recorded)).await?;
        self.tell_of_grants(&mut transaction, &[member]).await?;
        transaction.commit().await?;
        self.cache.forget_member(member);
        Ok(recorded)
    }

    /// A grant of now, or which of its times makes no sense.
    fn new_grant(
        &self,
        gift: Gift,
        starts_at: Option<DateTime<Utc>>,
        ends_at: Option<DateTime<Utc>>,
    ) -> Result<Grant, (&'static str, Invalid)> {
        let now = self.clock.now();
        // From now on is from this tick on: lookups answer as of it, and show
        // at once what was granted.
        let starts_at = starts_at.unwrap_or_else(|| self.config.scoring.tick(now));
        if starts_at < DateTime::UNIX_EPOCH {
            let why = "a grant does not begin before 1970";
            return Err(("from", Invalid::new(why)));
        }
        // As Postgres keeps them, so that the same time is found to be the same.
        let starts_at = starts_at.trunc_subsecs(6);
        let ends_at = ends_at.map(|end| end.trunc_subsecs(6));
        if ends_at.is_some_and(|end| end <= starts_at || end <= now) {
            let why = "a grant ends after it begins, and not in the past";
            return Err(("until", Invalid::new(why)));
        }
        Ok(Grant {
            id: GrantId(self.clock.new_id()),
            gift,
            starts_at,
            ends_at,
        })
    }

    fn to_record(
        &self,
        member: MemberId,
        grant: Grant,
        reason: String,
        by: &Decider,
        list: Option<String>,
    ) -> Recorded {
        Recorded {
            member,
            grant,
            reason,
            author: by.author.clone(),
            key: by.key,
            list,
            created_at: self.clock.now(),
            revoked: None,
        }
    }

    /// Imports a list in CSV. What is wrong with a line concerns that line alone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a program; if the text is no such
    /// list. Nothing is granted then.
    pub async fn import_grants(
        &self,
        program: &ProgramId,
        text: &[u8],
        import: &ListImport,
    ) -> Result<ListReport> {
        let in_force = self.program(program)?;
        check_text("list", &import.list)?;
        check_text("author", &import.by.author)?;
        let parsed = grant_list::parse(text).map_err(|why| invalid("", &why))?;
        let mut report = ListReport::default();
        let mut lines: Vec<(u64, Granting)> = Vec::new();
        for (number, line) in parsed {
            // Nobody is enrolled for a line that grants nothing.
            match line.and_then(|line| self.check_line(&in_force.program, line, import)) {
                Ok(granting) => lines.push((number, granting)),
                Err((column, why)) => report.rejected.push((number, column, why.to_string())),
            }
        }
        let members = self.on_list(&lines, import, &mut report).await?;
        let mut wanted = Vec::new();
        for (number, line) in lines {
            match members.get(&line.to) {
                Some(member) => wanted.push((*member, line.grant, line.reason)),
                None => report
                    .rejected
                    .push((number, "member", NOT_ENROLLED.to_owned())),
            }
        }
        self.put_list(program, wanted, import, &mut report).await?;
        report.rejected.sort_by_key(|(number, ..)| *number);
        Ok(report)
    }

    /// What a line grants to whom and why, or which column is wrong.
    fn check_line(
        &self,
        program: &Program,
        line: Line,
        import: &ListImport,
    ) -> Result<Granting, (&'static str, Invalid)> {
        check_gift(program, &line.gift).map_err(|why| (line.gift.kind(), why))?;
        let list = || format!("on the list '{}'", import.list);
        let reason = line.reason.unwrap_or_else(list);
        if !is_right(&reason) {
            return Err(("reason", Invalid::new(RIGHT_TEXT)));
        }
        Ok(Granting {
            to: line.member,
            grant: self.new_grant(line.gift, line.starts_at, line.ends_at)?,
            reason,
        })
    }

    /// The members behind the lines of a list, enrolled if that is wanted.
    async fn on_list(
        &self,
        lines: &[(u64, Granting)],
        import: &ListImport,
        report: &mut ListReport,
    ) -> Result<BTreeMap<Identity, MemberId>> {
        let identities: BTreeSet<&Identity> = lines.iter().map(|(_, line)| &line.to).collect();
        let mut conn = self.pool.acquire().await?;
        let mut members = self
            .resolve_identities(&mut conn, identities.iter().copied())
            .await?;
        drop(conn);
        let can_be = |identity: &&&Identity| !matches!(identity, Identity::Member(_));
        for identity in identities.iter().filter(can_be).filter(|_| import.enrol) {
            if !members.contains_key(identity) {
                let member = self.enrol_from_list(identity).await?;
                members.insert((*identity).clone(), member);
                report.enrolled += 1;
            }
        }
        Ok(members)
    }

    async fn enrol_from_list(&self, identity: &Identity) -> Result<MemberId> {
        let put = PutMember {
            identities: None,
            attributes: Attributes::default(),
            interests: Vec::new(),
            scoring: Scoring::Active,
            enrolled_at: None,
            if_version: None,
        };
        let (PutOutcome::Enrolled(profile) | PutOutcome::Updated(profile)) =
            self.put_member(&identity.to_string(), put).await?;
        Ok(profile.member.id)
    }

    async fn put_list(
        &self,
        program: &ProgramId,
        wanted: Vec<(MemberId, Grant, String)>,
        import: &ListImport,
        report: &mut ListReport,
    ) -> Result<()> {
        let now = self.clock.now();
        let mut transaction = self.pool.begin().await?;
        // Two imports of one list take turns.
        store::programs::lock(&mut transaction, program, now).await?;
        let present = store::grants::of_list(&mut transaction, program, &import.list, now).await?;
        let key = |member: MemberId, grant: &Grant| (member, grant.gift.clone(), grant.ends_at);
        let mut gone: BTreeMap<_, Vec<GrantId>> = BTreeMap::new();
        for (member, grant) in present {
            let same = gone.entry(key(member, &grant)).or_default();
            same.push(grant.id);
        }
        let mut granted = Vec::new();
        let mut named = BTreeSet::new();
        for (member, grant, reason) in wanted {
            let key = key(member, &grant);
            // There already, or named by a line before this one.
            if gone.remove(&key).is_some() | !named.insert(key) {
                report.unchanged += 1;
                continue;
            }
            let list = Some(import.list.clone());
            granted.push(self.to_record(member, grant, reason, &import.by, list));
        }
        report.granted = granted.len();
        let mut changed: Vec<MemberId> = granted.iter().map(|row| row.member).collect();
        store::grants::add(&mut transaction, program, &granted).await?;
        if import.replace {
            changed.extend(gone.keys().map(|(member, ..)| *member));
            let gone: Vec<GrantId> = gone.into_values().flatten().collect();
            let revocation = Revocation {
                at: now,
                by: import.by.author.clone(),
                reason: format!("not on the list '{}' any more", import.list),
            };
            store::grants::revoke(&mut transaction, &gone, &revocation).await?;
            report.revoked = gone.len();
        }
        self.tell_of_grants(&mut transaction, &changed).await?;
        transaction.commit().await?;
        changed
            .iter()
            .for_each(|member| self.cache.forget_member(*member));
        Ok(())
    }

    /// A page of one person's grants in a program, latest first. Somebody who
    /// is not enrolled has none, nor has who opted out.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a program; if the text is no
    /// identity, or the database does not answer.
    pub async fn grants_of(
        &self,
        program: &ProgramId,
        identity: &str,
        wanted: Wanted,
        limit: u16,
    ) -> Result<(Vec<Recorded>, Option<GrantId>)> {
        self.program(program)?;
        let Some(member) = self.taking_part(identity).await? else {
            return Ok((Vec::new(), None));
        };
        let wanted = Wanted {
            member: Some(member),
            ..wanted
        };
        self.grants(program, &wanted, limit).await
    }

    /// A page of a program's grants, latest first.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn grants(
        &self,
        program: &ProgramId,
        wanted: &Wanted,
        limit: u16,
    ) -> Result<(Vec<Recorded>, Option<GrantId>)> {
        self.program(program)?;
        if let Some(list) = &wanted.list {
            check_text("list", list)?;
        }
        let mut conn = self.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut grants = store::grants::page(&mut conn, program, wanted, rows).await?;
        let more = paging::cut(&mut grants, limit);
        let next = grants.last().filter(|_| more).map(|row| row.grant.id);
        Ok((grants, next))
    }

    /// Takes a grant back. One that was taken back before stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a grant.
    pub async fn revoke_grant(
        &self,
        program: &ProgramId,
        id: GrantId,
        by: &Decider,
        reason: &str,
    ) -> Result<Recorded> {
        check_text("reason", reason)?;
        check_text("author", &by.author)?;
        let missing = || ServiceError::NotFound("such grant in this program");
        let mut transaction = self.pool.begin().await?;
        let grant = store::grants::get(&mut transaction, program, id).await?;
        let member = grant.ok_or_else(missing)?.member;
        let revocation = Revocation {
            at: self.clock.now(),
            by: by.author.clone(),
            reason: reason.to_owned(),
        };
        store::grants::revoke(&mut transaction, &[id], &revocation).await?;
        self.tell_of_grants(&mut transaction, &[member]).await?;
        let revoked = store::grants::get(&mut transaction, program, id).await?;
        transaction.commit().await?;
        self.cache.forget_member(member);
        revoked.ok_or_else(missing)
    }

    /// Has the scorer look at members, and caches forget them.
    async fn tell_of_grants(&self, conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
        store::projections::queue_rescores(conn, members).await?;
        store::events::notify_appended(conn).await?;
        Ok(store::members::notify_changed(conn, members).await?)
    }
}

const NOT_ENROLLED: &str = "nobody is enrolled under this identity";

fn invalid(field: &str, why: &dyn std::fmt::Display) -> ServiceError {
    let pointer = if field.is_empty() {
        String::new()
    } else {
        format!("/{field}")
    };
    ServiceError::invalid(pointer, why)
}

/// The program gives it, and it is not what everybody has.
fn check_gift(program: &Program, gift: &Gift) -> Result<(), Invalid> {
    match gift {
        Gift::Tier(tier) if program.tier(tier).is_none() => {
            let tiers: Vec<&str> = program.tiers().iter().map(|t| t.id.as_str()).collect();
            Err(Invalid::new(format_args!(
                "there is no tier '{tier}'; the tiers are: {}",
                tiers.join(", ")
            )))
        }
        Gift::Tier(tier) if *tier == program.floor().id => Err(Invalid::new(format_args!(
            "'{tier}' is the floor, which everybody has"
        ))),
        Gift::Perk(perk) if program.perk(perk).is_none() => {
            Err(Invalid::new(format_args!("there is no perk '{perk}'")))
        }
        _ => Ok(()),
    }
}

fn check_text(field: &str, text: &str) -> Result<()> {
    if is_right(text) {
        return Ok(());
    }
    let detail = format!("{field} is {RIGHT_TEXT}");
    Err(ServiceError::invalid(format!("/{field}"), detail))
}

fn is_right(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MAX_TEXT
        && !text.chars().any(char::is_control)
}
