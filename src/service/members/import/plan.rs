//! What the lines of one batch change, worked out in memory, line after line.

use std::collections::BTreeMap;

use super::super::change::{AttributesChange, MemberChange};
use super::owners::Owners;
use super::{LineResult, RowResult};
use crate::service::error::{Result, ServiceError};
use crate::store::StoreError;
use crate::store::members::import::Rows;
use chrono::{DateTime, Utc};
use renown_core::domain::{Attributes, Identity, Invalid, Member, MemberId, Scoring};
use renown_core::ingest::member_list::{MemberLine, MemberRow, RowFault};

/// What is known before the batch, and what it changes.
#[derive(Debug)]
pub(super) struct Plan {
    owners: Owners,
    /// Members as they are, and as they are to be.
    members: BTreeMap<MemberId, Draft>,
    /// Identities that get a member.
    pub(super) given: BTreeMap<Identity, MemberId>,
    now: DateTime<Utc>,
}

#[derive(Debug)]
struct Draft {
    /// `None` for a member who is enrolled by the batch.
    before: Option<Member>,
    after: Member,
    gains: bool,
}

impl Plan {
    pub(super) fn new(owners: Owners, members: Vec<Member>, now: DateTime<Utc>) -> Self {
        let draft = |member: Member| {
            let id = member.id;
            let draft = Draft {
                before: Some(member.clone()),
                after: member,
                gains: false,
            };
            (id, draft)
        };
        Self {
            owners,
            members: members.into_iter().map(draft).collect(),
            given: BTreeMap::new(),
            now,
        }
    }

    /// Works out what a line changes.
    pub(super) fn line(&mut self, line: &MemberLine, new_id: MemberId) -> LineResult {
        let (number, row) = line;
        let result = match row {
            Ok(row) => self.row(row, new_id).unwrap_or_else(RowResult::Refused),
            Err(fault) => RowResult::Refused(fault.clone()),
        };
        (*number, result)
    }

    fn row(&mut self, row: &MemberRow, new_id: MemberId) -> Result<RowResult, RowFault> {
        match self.owner(row)? {
            Some(id) => self.change(row, id),
            None => self.enrol(row, new_id),
        }
    }

    /// Returns the member that a line names.
    fn owner(&self, row: &MemberRow) -> Result<Option<MemberId>, RowFault> {
        let mut found: Option<(&Identity, MemberId)> = None;
        for identity in &row.identities {
            let owner = self.owners.of(identity).map_err(RowFault::of_line)?;
            let Some(owner) = owner else {
                continue;
            };
            match found {
                Some((first, other)) if other != owner => {
                    return Err(RowFault::of_line(Invalid::new(format_args!(
                        "{first} and {identity} belong to two members, {other} and {owner}; merge \
                         them first, or leave one out"
                    ))));
                }
                _ => found = Some((identity, owner)),
            }
        }
        Ok(found.map(|(_, owner)| owner))
    }

    fn change(&mut self, row: &MemberRow, id: MemberId) -> Result<RowResult, RowFault> {
        let Some(draft) = self.members.get_mut(&id) else {
            // An earlier batch of a dry run would have enrolled the member.
            return Ok(RowResult::Changed(id, Vec::new()));
        };
        let mut after = draft.after.clone();
        apply(row, &mut after)?;
        let mut columns = differences(&draft.after, &after);
        let gained = self.owners.free(&row.identities);
        if !gained.is_empty() {
            columns.insert(0, "identities".to_owned());
            draft.gains = true;
        }
        draft.after = after;
        self.give(gained, id);
        Ok(match columns.is_empty() {
            true => RowResult::Unchanged(id),
            false => RowResult::Changed(id, columns),
        })
    }

    fn enrol(&mut self, row: &MemberRow, id: MemberId) -> Result<RowResult, RowFault> {
        let gained = self.owners.free(&row.identities);
        if gained.is_empty() {
            let detail = "there is no member with this id; name an identity to enrol one";
            return Err(RowFault::of_line(Invalid::new(detail)));
        }
        let enrolled_at = row.enrolled_at.unwrap_or(self.now);
        if enrolled_at > self.now {
            return Err(RowFault {
                at: "enrolled_at".to_owned(),
                detail: Invalid::new("enrolled_at lies in the future"),
            });
        }
        let mut member = Member {
            id,
            scoring: Scoring::Active,
            name: None,
            attributes: Attributes::default(),
            interests: Vec::new(),
            enrolled_at,
            updated_at: self.now,
            version: 1,
        };
        apply(row, &mut member)?;
        let draft = Draft {
            before: None,
            after: member,
            gains: true,
        };
        self.members.insert(id, draft);
        self.give(gained, id);
        Ok(RowResult::Created(id))
    }

    fn give(&mut self, identities: Vec<Identity>, member: MemberId) {
        for identity in identities {
            self.owners.give(identity.clone(), member);
            self.given.insert(identity, member);
        }
    }

    /// Returns what is to be written.
    ///
    /// # Errors
    /// If a document cannot be written.
    pub(super) fn writes(&self) -> Result<Writes, StoreError> {
        let (mut created, mut changed) = (Vec::new(), Vec::new());
        let mut writes = Writes::default();
        for (id, draft) in &self.members {
            match &draft.before {
                None => created.push(&draft.after),
                Some(before) if draft.gains || *before != draft.after => {
                    writes.versions.push((*id, before.version));
                    changed.push(&draft.after);
                    match draft.after.scoring {
                        same if same == before.scoring => {}
                        Scoring::OptedOut => writes.opted_out.push(*id),
                        Scoring::Active => writes.opted_in.push(*id),
                    }
                }
                Some(_) => {}
            }
        }
        let both = created.iter().chain(&changed);
        writes.touched = both.map(|member| member.id).collect();
        writes.created = some(created).map(Rows::new).transpose()?;
        writes.changed = some(changed).map(Rows::new).transpose()?;
        Ok(writes)
    }
}

/// Rows to write.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// Members that are enrolled.
    pub(super) created: Option<Rows>,
    /// Members that are known and change.
    pub(super) changed: Option<Rows>,
    /// Those that change, with the versions that were read.
    pub(super) versions: Vec<(MemberId, i64)>,
    /// Those of them that opt out.
    pub(super) opted_out: Vec<MemberId>,
    /// Those of them that take part in scoring again.
    pub(super) opted_in: Vec<MemberId>,
    /// All of them.
    pub(super) touched: Vec<MemberId>,
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

/// Changes a member as a `PATCH` with the content of the line would.
fn apply(row: &MemberRow, member: &mut Member) -> Result<(), RowFault> {
    let change = MemberChange {
        name: row.name.clone(),
        attributes: Some(AttributesChange::Some(row.attributes.clone())),
        interests: row.interests.clone(),
        scoring: row.scoring,
        ..MemberChange::default()
    };
    change.apply(member).map_err(|error| match error {
        ServiceError::Invalid { pointer, detail } => RowFault {
            at: pointer.trim_start_matches('/').to_owned(),
            detail: Invalid::new(detail),
        },
        error => RowFault::of_line(Invalid::new(error)),
    })
}

/// Returns the columns in which two states of a member differ.
fn differences(before: &Member, after: &Member) -> Vec<String> {
    let mut columns = Vec::new();
    let mut differs = |column: &str, is_new: bool| {
        if is_new {
            columns.push(column.to_owned());
        }
    };
    differs("name", before.name != after.name);
    differs("scoring", before.scoring != after.scoring);
    differs("interests", before.interests != after.interests);
    let (old, new) = (before.attributes.as_map(), after.attributes.as_map());
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        differs(
            &format!("attributes.{name}"),
            old.get(name) != new.get(name),
        );
    }
    columns
}
